"""Files are edited in place, in the learner's editor, or elsewhere, and no edit is lost."""

from pathlib import Path

import pytest

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, text_of, until
from tutor.learner.desk import Desk
from tutor.tui.screens.confirm import ConfirmDialog
from tutor.tui.screens.error import ErrorDialog
from tutor.tui.screens.workbench import Workbench
from tutor.tui.workbench.messages import FilesSaved

VIEWS = "catalog/views.py"


def on_disk(session: fakes.FakeSession) -> str:
    return (session.workspace.folder / VIEWS).read_text()


async def test_saving_writes_and_checks(play: Play, session: fakes.FakeSession) -> None:
    """What was typed is on disk, and a quick check has run without leaving the editor."""
    async with play(at="workbench") as pilot:
        await press(pilot, "5", "enter", "#")
        assert "not saved" in text_of(pilot)
        await press(pilot, "ctrl+s")
        await run_ended(pilot)

        assert on_disk(session).startswith("#")
        assert session.journal_of_calls[-1] == "quick"
        assert isinstance(pilot.app.screen, Workbench)
        assert "Quick check passed" in text_of(pilot)


async def test_what_was_left_unreadable_is_told_at_once(
    play: Play, session: fakes.FakeSession
) -> None:
    """Whoever comes back to half a line need not save it again to hear of it."""
    async with play(at="workbench") as pilot:
        await press(pilot, "5", "enter")
        (session.workspace.folder / VIEWS).write_text("def front(:\n")
    async with play(at="workbench") as pilot:
        board = pilot.app.screen.model.board  # type: ignore[attr-defined]
        await until(pilot, lambda: board.unreadable is not None)

        assert "line 1: invalid syntax" in text_of(pilot)


async def test_a_saved_stack_is_what_the_browser_sees(
    play: Play, session: fakes.FakeSession
) -> None:
    """Services that stack.toml has gained start with the shop, after the check of the save."""
    async with play(at="workbench") as pilot:
        pilot.app.screen.take_in_files(FilesSaved(("stack.toml",)))  # type: ignore[attr-defined]
        await run_ended(pilot)

        assert session.journal_of_calls == ["serve mine", "quick", "serve mine"]


async def test_letters_in_the_editor_are_letters(play: Play, session: fakes.FakeSession) -> None:
    """Typing starts no run; escape gives the keys back."""
    async with play(at="workbench") as pilot:
        await press(pilot, "5", "enter", "v", "c", "5", "escape")
        assert pilot.app.screen.unsaved == [VIEWS]  # type: ignore[attr-defined]
        assert session.journal_of_calls == ["serve mine"]
        await press(pilot, "2")

        assert pilot.app.screen.query_one("#tabs").active == "goals"  # type: ignore[attr-defined]


async def test_unsaved_changes_survive_another_file_and_another_language(
    play: Play, session: fakes.FakeSession
) -> None:
    """The text in the editor is kept until it is saved."""
    async with play(at="workbench") as pilot:
        await press(pilot, "5", "enter", "X", "escape", "down", "ctrl+l", "5", "up")

        assert pilot.app.screen.query_one("#editor").text.startswith("X")  # type: ignore[attr-defined]


async def test_quitting_with_unsaved_changes_asks(play: Play, session: fakes.FakeSession) -> None:
    """Ctrl+q does not throw text away."""
    async with play(at="workbench") as pilot:
        await press(pilot, "5", "enter", "X", "ctrl+q")

        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmDialog))
        assert VIEWS in text_of(pilot)


async def test_a_file_saved_elsewhere_is_not_overwritten_unasked(
    play: Play, session: fakes.FakeSession
) -> None:
    """The game asks before it replaces somebody else's text."""
    async with play(at="workbench") as pilot:
        pilot.app.screen.model.checks_on_save = False  # type: ignore[attr-defined]
        await press(pilot, "5", "enter", "X")
        (session.workspace.folder / VIEWS).write_text("theirs\n")
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, ConfirmDialog)
        await press(pilot, "escape")

        assert on_disk(session) == "theirs\n"


async def test_a_missing_editor_is_explained(play: Play) -> None:
    """The dialog names the variables to set."""
    async with play(at="workbench") as pilot:
        await press(pilot, "e")

        assert isinstance(pilot.app.screen, ErrorDialog)
        assert "EDITOR" in text_of(pilot)


async def test_an_editor_that_does_not_exist_is_explained(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dialog names the command."""
    monkeypatch.setenv("EDITOR", "no-such-editor --wait")
    async with play(at="workbench") as pilot:
        await press(pilot, "5", "e")

        assert isinstance(pilot.app.screen, ErrorDialog)


async def test_the_diff_shows_what_changed(play: Play, session: fakes.FakeSession) -> None:
    """Signs say what came; an untouched shop says so."""
    async with play(at="workbench") as pilot:
        await press(pilot, "6")
        assert "still as the level began" in text_of(pilot)
        path = session.workspace.folder / VIEWS
        path.write_text("mine = True\n" + path.read_text())
        await press(pilot, "2", "6")

        assert "+mine = True" in text_of(pilot)


def test_a_save_by_another_program_is_noticed(session: fakes.FakeSession) -> None:
    """Only files whose content changed count, and each change once."""
    session.enter(session.levels[0])
    desk = Desk(session.workspace, session.levels[0])
    path: Path = session.workspace.folder / VIEWS
    path.touch()
    assert desk.changed_outside() == ()
    path.write_text("theirs\n")

    assert desk.changed_outside() == (VIEWS,)
    assert desk.changed_outside() == ()


def test_our_own_save_is_no_news(session: fakes.FakeSession) -> None:
    """Saving in the game does not look like somebody else's change."""
    session.enter(session.levels[0])
    desk = Desk(session.workspace, session.levels[0])
    desk.change(VIEWS, desk.text(VIEWS) + "# mine\n")
    desk.save(VIEWS)

    assert desk.changed_outside() == ()
    assert desk.unsaved == []


async def test_an_end_that_nobody_confirmed_keeps_unsaved_text(
    play: Play, session: fakes.FakeSession
) -> None:
    """A closed terminal asks no question; what was typed is in the journal."""
    async with play(at="workbench") as pilot:
        await press(pilot, "5", "enter", "X")
        for _ in range(500):
            if pilot.app.screen.unsaved:  # type: ignore[attr-defined]
                break
            await pilot.pause(0.02)

        await pilot.app.leave(143)  # type: ignore[attr-defined]

    entry = next(session.journal.entries())
    assert entry.reason == "unsaved"
    assert session.journal.contents(entry)[VIEWS].startswith(b"X")
    assert not on_disk(session).startswith("X")
