"""The shell speaks the learner's language: each command takes `--lang`, in one way."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.cli.commands import commands, found
from tests.real import Tutor
from tutor.catalogue import LANGUAGES
from tutor.cli.group import cli
from tutor.cli.language import asked_language, language, note_language
from tutor.learner.progress import ProgressFile

ALL = [words for words, _ in commands()]
OF_LEARNERS = [words for words in ALL if words[:1] != ("author",)]
"""Who writes levels reads English."""


def noted(*args: str) -> str:
    """Return the language that a command line asks for."""
    with click.Context(click.Command("tutor")) as ctx:
        note_language(ctx, args)
        return asked_language()


def test_the_commands_are_found() -> None:
    """Those of groups too."""
    assert {(), ("swap",), ("stack", "up"), ("journal", "restore"), ("author", "check")} <= set(ALL)
    assert len(ALL) > 30


@pytest.mark.parametrize("words", OF_LEARNERS, ids=lambda words: " ".join(words) or "tutor")
def test_every_command_of_a_learner_takes_a_language(words: tuple[str, ...]) -> None:
    """The same option with the same two choices; no command deals with it by itself."""
    (option,) = (param for param in found(words).params if "--lang" in param.opts)

    assert isinstance(option.type, click.Choice)
    assert tuple(option.type.choices) == LANGUAGES
    assert not option.expose_value


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("swap fixed --lang es", "es"),
        ("swap --lang=es fixed", "es"),
        ("--lang es swap fixed", "es"),
        ("--lang es swap fixed --lang en", "en"),
        ("swap fixed --lang de", ""),
        ("swap fixed --lang", ""),
        ("swap fixed", ""),
        ("swap -- --lang es", ""),
    ],
)
def test_the_language_is_found_wherever_it_stands(line: str, language: str) -> None:
    """The last one counts; one that nobody speaks is none."""
    assert noted(*line.split()) == language


@pytest.mark.parametrize(
    "line",
    [
        "--lang es stack status",
        "stack --lang es status",
        "stack status --lang es",
        "stack status --lang=es",
    ],
)
def test_it_is_spoken_wherever_it_stands(cold_tutor: Tutor, line: str) -> None:
    """Before the command, between its words, and after them."""
    assert cold_tutor(*line.split()).out == "No hay nada en marcha.\n"


def test_whoever_asks_once_is_spoken_to_in_it_from_then_on(cold_tutor: Tutor) -> None:
    """As every page of help says; the game reads the same."""
    cold_tutor("levels", "--lang", "es")

    assert cold_tutor("stack", "status").out == "No hay nada en marcha.\n"
    assert ProgressFile(cold_tutor.home / "progress.json").read().language == "es"


def test_a_page_of_help_and_a_wrong_word_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What did nothing is not remembered; nor is a language that nobody speaks."""
    monkeypatch.setenv("LEVELUP_HOME", str(tmp_path))

    codes = [
        CliRunner().invoke(cli, ["levels", "--lang", *words]).exit_code
        for words in (["es", "--help"], ["de"])
    ]

    assert codes == [0, 2]
    assert ProgressFile().read().language == ""


def test_where_it_cannot_be_remembered_it_is_spoken_all_the_same(
    read_only_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that only reads goes on working."""
    monkeypatch.setenv("LEVELUP_HOME", str(read_only_disk))

    done = CliRunner().invoke(cli, ["levels", "--lang", "es", "--json"])

    assert done.exit_code == 0
    assert "La portada parlanchina" in done.stdout


def test_what_is_remembered_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of help has fifty sentences; a command speaks one language from end to end."""
    monkeypatch.setenv("LEVELUP_HOME", str(tmp_path))
    with ProgressFile().change() as progress:
        progress.language = "es"

    with click.Context(click.Command("tutor")):
        first = language()
        with ProgressFile().change() as progress:
            progress.language = "en"
        again = language()

    assert (first, again) == ("es", "es")
