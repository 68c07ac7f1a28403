"""The shell speaks the learner's language: each command takes `--lang`, in one way."""

from pathlib import Path

import click
import pytest

from tests.cli.commands import commands, found
from tests.real import Tutor
from tutor.catalogue import LANGUAGES
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


def test_only_the_game_remembers_it(cold_tutor: Tutor) -> None:
    """Who asks one command in Spanish has not changed the language of the next."""
    cold_tutor("levels", "--lang", "es")

    assert ProgressFile(cold_tutor.home / "progress.json").read().language == ""


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
