"""The plain game and the learner's files: edited, read, reset and brought back."""

import re
import stat
from pathlib import Path

import pytest

from tests.plain.conftest import Play, said
from tests.tui import fakes
from tutor.catalogue import LANGUAGES
from tutor.cli.plain.words import COMMANDS, find
from tutor.curriculum import Level, load_levels
from tutor.curriculum.compose import compose
from tutor.words.texts import Texts


def editor(folder: Path, body: str) -> str:
    """Write an editor of ours and return the command that starts it."""
    path = folder / "my editor"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return f'"{path}" -n'


def test_an_edit_in_the_own_editor_is_checked(
    play: Play, session: fakes.FakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was saved is named; the next commands are not eaten by the editor."""
    monkeypatch.setenv("EDITOR", editor(tmp_path, 'cat; echo "# mine" >>"$2"'))
    out = said(play("files", "edit 1", "diff", "files", script=fakes.run(fakes.LOST)))

    assert "Saved: catalog/views.py. Checking" in out
    assert session.journal_of_calls == ["quick"]
    assert "+# mine" in out
    assert "1. catalog/views.py (changed)" in out


def test_checks_after_an_edit_can_be_switched_off(
    play: Play, session: fakes.FakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then an edit is only noticed; one that saves nothing is not even that."""
    monkeypatch.setenv("EDITOR", editor(tmp_path, '[ -z "$GO" ] || echo "# mine" >>"$2"'))
    first = said(play("checks", "edit"))
    monkeypatch.setenv("GO", "1")
    second = said(play("checks", "edit querysets.py"))

    assert "Nothing was saved." in first
    assert "Saved: catalog/querysets.py" in second
    assert session.journal_of_calls == []


@pytest.mark.parametrize(
    ("program", "why"),
    [("", "Neither VISUAL nor EDITOR"), ("no-such-editor", "did not work"), ("false", "(false)")],
)
def test_an_editor_that_fails_leaves_another_way(
    play: Play, monkeypatch: pytest.MonkeyPatch, program: str, why: str
) -> None:
    """The path is named, for an editor in another window."""
    monkeypatch.setenv("EDITOR", program)
    out = said(play("edit 1"))

    assert why in out
    assert "shop/catalog/views.py in any editor" in out


def test_a_file_is_read_by_number_by_part_and_by_lines(play: Play) -> None:
    """With the numbers of its lines; a wrong name gets the nearest right one."""
    out = play(
        "file views.py 1-2",
        "file urls.py",
        "file catalog/view.py",
        "file 3 5",
        "files all",
        "file 93",
    )

    assert '   1  """' in out
    assert "catalog/views.py:" in out
    assert "Did you mean: accounts/urls.py, cart/urls.py" in said(out)
    assert "There is no file 'catalog/view.py'." in said(out)
    assert "catalog/models.py:\n   5" in out
    assert "stack.toml:\n   1" in out


@pytest.mark.parametrize(
    ("typed", "language", "answer"),
    [
        ("file 99", "en", "The numbers go from 1 to 5. `files all` lists every file."),
        ("file xyz", "en", "`files all` lists every file."),
        ("archivo 99", "es", "Los números van del 1 al 5. Con `archivos todos` salen todos"),
        ("archivo xyz", "es", "Con `archivos todos` salen todos los archivos."),
    ],
)
def test_a_file_there_is_none_of_is_answered_briefly(
    play: Play, typed: str, language: str, answer: str
) -> None:
    """A few names at most: a hundred in one sentence would be read aloud for a minute."""
    out = said(play("files", typed, language=language)).split("> ")[2]

    assert answer in out
    assert out.count(".py") + out.count(".html") <= 3


EXAMPLE = re.compile(r"`([^`]+)`")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_of_the_help_is_of_its_command(language: str) -> None:
    """In the words of the language that it stands in."""
    texts = Texts(language)
    for name in COMMANDS:
        for example in EXAMPLE.findall(texts(f"plain.tip.{name}")):
            word, _, rest = example.partition(" ")
            assert (find(word, texts).name, bool(rest)) == (name, True)


@pytest.mark.parametrize("level", load_levels(), ids=lambda level: level.slug)
def test_the_file_that_the_help_names_is_in_every_level(level: Level) -> None:
    """As long as its example says."""
    views = compose(level, "broken", load_levels())["catalog/views.py"]

    assert len(views.read_text().splitlines()) >= 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_with_a_file_work(play: Play, language: str) -> None:
    """They are what a newcomer types first."""
    texts = Texts(language)
    tips = [texts(f"plain.tip.{name}") for name in ("file", "reset")]
    read, reset = (found for tip in tips for found in EXAMPLE.findall(tip))

    out = said(play(read, reset, "no", language=language))

    assert "catalog/views.py: 20 " in out
    assert texts("plain.left") in out
    assert texts("plain.failed", message="") not in out


def test_the_journal_says_whose_states_it_lists() -> None:
    """`journal all` is of this level; the shell's `tutor journal --all` is of every one."""
    assert "of this level" in Texts("en")("plain.tip.journal")
    assert "de este nivel" in Texts("es")("plain.tip.journal")


def test_reset_and_restore_ask_first_and_keep_what_was_there(
    play: Play, session: fakes.FakeSession
) -> None:
    """Both say which journal entry has it."""
    session.enter(session.levels[0])
    path = session.workspace.folder / "catalog/views.py"
    path.write_text("mine = 1\n")

    out = said(play("reset", "no", "reset catalog/views.py", "yes", "journal", "restore 1", "y"))

    assert "Everything stays as it is." in out
    assert "What you had is journal entry 1." in out
    assert "before a reset" in out
    assert "These are the files of entry 1." in out
    assert path.read_text() == "mine = 1\n"


def test_the_shop_is_started_anew_for_another_stack(
    play: Play, session: fakes.FakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another stack.toml, another level; nothing else."""
    session.seen = fakes.reading()
    monkeypatch.setenv("EDITOR", editor(tmp_path, 'echo "# mine" >>"$2"'))

    play("checks", "open", "edit views.py", "open", "edit stack.toml", "open", "play 2", "open")

    assert session.journal_of_calls == ["serve mine"] * 3
