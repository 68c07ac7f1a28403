"""A wrong command line is explained in the learner's language: usage, what is wrong, what to do."""

from pathlib import Path

import click
import pytest

from tests.real import Tutor
from tutor.cli.misuse import explained
from tutor.cli.spoken import Spoken, SpokenGroup

ERRORS = {
    "verfy": ("There is no command 'verfy'.", "No hay ninguna orden 'verfy'."),
    "stack statu": ("There is no command 'statu'.", "No hay ninguna orden 'statu'."),
    "verify --quik": ("There is no option '--quik'.", "No hay ninguna opción '--quik'."),
    "verify -q": ("There is no option '-q'.", "No hay ninguna opción '-q'."),
    "verify --variant": ("--variant needs a value.", "A --variant le falta su valor."),
    "verify --quick=3": ("--quick takes no value.", "--quick no lleva ningún valor."),
    "verify --variant brken": (
        "--variant cannot be 'brken'.",
        "--variant no puede ser 'brken'.",
    ),
    "swap": ("VARIANT is missing.", "Falta VARIANTE."),
    "swap mine x y": ("That is too much: x y.", "Esto sobra: x y."),
    "load --workers 99": ("--workers cannot be 99.", "--workers no puede ser 99."),
    "load --workers x": (
        "--workers needs a whole number, and 'x' is none.",
        "--workers pide un número entero, y 'x' no lo es.",
    ),
    "diagnose --guess y": (
        "--guess needs a number, and 'y' is none.",
        "--guess pide un número, y 'y' no lo es.",
    ),
    "journal show": ("NUMBER is missing.", "Falta NÚMERO."),
    "image save /": (
        "FILE: / is a folder, not a file.",
        "ARCHIVO: / es una carpeta, no un archivo.",
    ),
    "image build --ca-bundle /none": (
        "--ca-bundle: /none does not exist.",
        "--ca-bundle: /none no existe.",
    ),
    "stack --lang en --lang es": ("Which command?", "¿Qué orden?"),
}
ENGLISH = {"LC_ALL": "", "LANG": "en_US.UTF-8"}
SPANISH = {"LC_ALL": "", "LANG": "es_ES.UTF-8"}


@pytest.mark.parametrize("line", ERRORS)
def test_what_is_wrong_is_told_in_both_languages(cold_tutor: Tutor, line: str) -> None:
    """With the usage before it; exit code 2, and nothing on stdout."""
    words = [word for word in line.split() if word not in ("--lang", "en", "es")]
    group = "--lang" in line
    english, spanish = (
        cold_tutor(*words, *(["--lang", code] if group else []), env=env)
        for code, env in (("en", ENGLISH), ("es", SPANISH))
    )

    assert f"Error: {ERRORS[line][0]}\n" in english.err
    assert f"Error: {ERRORS[line][1]}\n" in spanish.err
    assert english.err.startswith("Usage: python -m tutor ")
    assert spanish.err.startswith("Uso: python -m tutor ")
    assert "--help` lo cuenta todo.\n\n" in spanish.err
    assert (english.code, english.out) == (spanish.code, spanish.out) == (2, "")


def test_the_language_asked_for_is_known_before_the_mistake(cold_tutor: Tutor) -> None:
    """Even after it on the line."""
    done = cold_tutor("verify", "--quik", "--lang", "es")

    assert "No hay ninguna opción '--quik'." in done.err
    assert "¿Querías decir '--quick'?" in done.err


def test_a_wrong_value_of_the_environment_is_told_by_its_option(cold_tutor: Tutor) -> None:
    """Click reads it as if it had been typed."""
    done = cold_tutor("open", "--lang", "es", env={"LEVELUP_WHERE": "dcker"})

    assert "--stack no puede ser 'dcker'." in done.err
    assert "¿Querías decir 'docker'?" in done.err


def misuse(command: click.Command, *args: str) -> str:
    """Return what is said, in English, of *args* that *command* does not understand."""
    with pytest.raises(click.UsageError) as caught:
        command.main(list(args), standalone_mode=False)
    return explained(caught.value).message


def test_what_none_of_our_commands_asks_for_stays_in_click_s_words() -> None:
    """No error is lost for want of a sentence."""
    command = Spoken("x", params=[click.Option(["--when"], type=click.DateTime())])

    assert "'soon'" in misuse(command, "--when", "soon")


def test_a_path_that_is_of_the_wrong_kind_is_named(tmp_path: Path) -> None:
    """A file where a folder belongs."""
    file = tmp_path / "file"
    file.touch()
    command = Spoken("x", params=[click.Option(["--in"], type=click.Path(file_okay=False))])

    assert misuse(command, "--in", str(file)) == f"--in: {file} is a file, not a folder."


def test_a_group_without_a_command_names_those_there_are() -> None:
    """They are known, so they are told."""
    group = SpokenGroup("x", commands={"one": Spoken("one")}, no_args_is_help=False)

    with pytest.raises(click.UsageError) as caught:
        group.main([], standalone_mode=False)

    assert explained(caught.value).hint == "Known: one."
