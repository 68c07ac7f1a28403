"""The plain game and the learner's files: edited, read, reset and brought back."""

import stat
from pathlib import Path

import pytest

from tests.plain.conftest import Play, said
from tests.tui import fakes


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
