"""A file that Python cannot read is named where it is edited, and for as long as it is so."""

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, shown, text_of


async def test_a_file_that_cannot_be_read_is_marked_when_it_is_saved(
    play: Play, session: fakes.FakeSession
) -> None:
    """Sign and sentence beside the line; no check is run that could only say the same."""
    async with play(at="workbench") as pilot:
        await press(pilot, "5", "enter", "(", "ctrl+s")
        seen = await shown(pilot, "✖ line 1")
        await press(pilot, "backspace", "ctrl+s")
        await run_ended(pilot)
        mended = text_of(pilot)

    assert any(line.lstrip().startswith("1✖") or " 1 ✖" in line for line in seen.splitlines())
    assert "✖ line" not in mended
    assert session.journal_of_calls.count("quick") == 1


async def test_a_file_that_cannot_be_read_stays_in_sight_until_it_can(
    play: Play, session: fakes.FakeSession
) -> None:
    """A toast goes after some seconds; the run bar says it on every tab, until the next run."""
    async with play(at="workbench") as pilot:
        await press(pilot, "5", "enter", "(", "ctrl+s", "escape", "2")
        name = pilot.app.screen.model.desk.open
        seen = await shown(pilot, f"✖ {name} cannot be read. Mend the line and save.")
        pilot.app.clear_notifications()
        later = await shown(pilot, f"✖ {name} cannot be read")
        await press(pilot, "c")
        await run_ended(pilot)
        measured = text_of(pilot)

    assert "line 1: '(' was never closed" in seen
    assert "line 1: '(' was never closed" in later
    assert "cannot be read" not in measured
    assert session.journal_of_calls.count("quick") == 1
