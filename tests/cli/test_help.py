"""`--help` speaks the learner's language: each command and each option, from the catalogue."""

import re
from collections.abc import Iterator

import click
import pytest

from tests.cli.commands import commands
from tests.real import Tutor
from tests.unit.test_failures import calls
from tutor.catalogue import LANGUAGES, help_sentences
from tutor.cli.group import COMMANDS
from tutor.cli.spoken import METAVAR, Spoken, option_key

ALL = {" ".join(words) or "tutor": command for words, command in commands()}
ENGLISH = re.compile(r"\b(the|and|of|with|default|Show|Usage|Options|required|NUMBER|RANGE)\b")


def options(command: click.Command) -> list[click.Option]:
    """Return the options of a command, `--help` too."""
    params = command.get_params(click.Context(command))
    return [param for param in params if isinstance(param, click.Option)]


def pieces(command: click.Command) -> Iterator[str]:
    """Yield what stands for a value in the usage and among the options."""
    ctx = click.Context(command)
    yield " ".join(command.collect_usage_pieces(ctx))
    for option in options(command):
        record = option.get_help_record(ctx)
        if record:
            yield record[0]


@pytest.mark.parametrize("words", ALL)
def test_a_command_has_its_page_its_line_and_its_options_in_both_languages(words: str) -> None:
    """Neither is the other's copy."""
    command = ALL[words]
    keys = [f"help.page.{words}", *(option_key(words, option) for option in options(command))]
    keys += [f"help.summary.{words}"] if words != "tutor" else []

    assert isinstance(command, Spoken)
    for key in keys:
        english, spanish = (help_sentences(language)[key] for language in LANGUAGES)
        assert english != spanish, key


def test_nothing_is_said_of_a_command_or_an_option_that_is_not_there() -> None:
    """What goes from the code goes from the catalogue."""
    needed = {f"help.{kind}.{words}" for words in ALL for kind in ("page", "summary")}
    needed |= {option_key(words, option) for words in ALL for option in options(ALL[words])}
    there = {
        key
        for key in help_sentences("en")
        if key.startswith(("help.page.", "help.summary.", "help.option."))
    }

    assert there - needed == set()


@pytest.mark.parametrize("words", ALL)
def test_what_stands_for_a_value_has_its_word(words: str) -> None:
    """LEVEL is NIVEL in Spanish; what Click calls a kind of number is a number."""
    found = {match[1] for piece in pieces(ALL[words]) for match in METAVAR.finditer(piece)}

    for language in LANGUAGES:
        assert {f"usage.metavar.{word}" for word in found} <= set(help_sentences(language))


def test_each_group_of_commands_has_its_heading() -> None:
    """Those of the first page."""
    assert {f"help.group.{group}" for group in COMMANDS} <= set(help_sentences("es"))


def test_no_command_brings_help_of_its_own() -> None:
    """It would be English for everybody."""
    own = [
        place
        for place, call, name in calls()
        if place.startswith("cli/")
        and name in ("option", "command", "group", "argument")
        and {word.arg for word in call.keywords} & {"help", "short_help", "epilog"}
    ]

    assert own == []


@pytest.mark.parametrize(
    "line", ["", "verify", "visits", "show", "stack", "stack logs", "journal", "image build"]
)
def test_a_page_is_spanish_from_head_to_foot(cold_tutor: Tutor, line: str) -> None:
    """Usage, headings, defaults and what stands for a value; it fits into 80 columns."""
    done = cold_tutor(*line.split(), "--help", "--lang", "es", env={"COLUMNS": "80"})

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Uso: ")
    assert "\nOpciones:\n" in done.out
    assert ENGLISH.findall(done.out) == []
    assert all(len(row) <= 80 for row in done.out.splitlines())


def test_a_default_is_told_in_the_language_too(cold_tutor: Tutor) -> None:
    """With the range of a number."""
    done = cold_tutor("visits", "--help", "--lang", "es")

    assert "[por defecto: 1; 1<=x<=20]" in done.out
    assert "--times NÚMERO " in done.out


def test_who_says_nothing_is_shown_the_page(cold_tutor: Tutor) -> None:
    """In the learner's language; exit code 2, as nothing was done."""
    done = cold_tutor("stack", env={"LC_ALL": "es_ES.UTF-8"})

    assert done.code == 2
    assert "Arranca, detiene y vigila los servicios." in done.err


def test_the_version_is_told_in_spanish(cold_tutor: Tutor) -> None:
    """One word of it is a word."""
    assert cold_tutor("--version", "--lang", "es").out.startswith("tutor, versión ")
