"""A quick check answers a save or a key, is no win, and is in nobody's way."""

import pytest

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, text_of, until, words_of_toasts
from tutor.tui.screens.workbench import Workbench
from tutor.tui.workbench import run
from tutor.tui.workbench.messages import FilesSaved
from tutor.tui.workbench.run import RunTab


async def test_a_quick_check_is_no_win(play: Play, session: fakes.FakeSession) -> None:
    """It says so, and leads to the full run."""
    async with play(fakes.run(fakes.GOLD), at="workbench") as pilot:
        await press(pilot, "c")
        await run_ended(pilot)
        assert "QUICK CHECK PASSED" in text_of(pilot)
        assert not session.level_progress(session.levels[0]).medal
        await press(pilot, "v")
        await run_ended(pilot)

        assert session.journal_of_calls == ["serve mine", "quick", "full"]
        assert "WON" in text_of(pilot)


async def test_a_run_that_began_behind_a_verdict_is_seen_before_a_key_stops_it(
    play: Play, session: fakes.FakeSession
) -> None:
    """The second of two escapes was for the verdict; a moment later, escape is for the run."""
    async with play(fakes.run(fakes.GOLD), at="workbench") as pilot:
        await press(pilot, "v")
        await run_ended(pilot)
        bench = next(s for s in pilot.app.screen_stack if isinstance(s, Workbench))
        session.script = fakes.endless
        bench.post_message(FilesSaved(["catalog/views.py"]))
        await until(pilot, session.under_way.is_set)
        await press(pilot, "escape", "escape")

        assert pilot.app.screen is bench
        assert bench.model.board.running
        assert not bench.model.board.cancelling
        await until(pilot, lambda: not bench.query_one(RunTab)._unseen)
        await press(pilot, "escape")
        await run_ended(pilot)
        assert session.journal_of_calls[-1] == "cancelled"


async def test_the_full_run_takes_the_place_of_a_quick_check(
    play: Play, session: fakes.FakeSession
) -> None:
    """The check after a save is not in its way: it ends, and the full run begins."""
    async with play(fakes.endless, at="workbench") as pilot:
        await press(pilot, "c")
        session.under_way.wait(5)
        session.script = fakes.run(fakes.GOLD)
        await press(pilot, "v")
        await run_ended(pilot)
        await run_ended(pilot)

        assert session.journal_of_calls == ["serve mine", "quick", "cancelled", "full"]
        assert "WON" in text_of(pilot)
        assert "better medal" not in text_of(pilot)


async def test_half_of_a_change_is_not_judged_to_its_end(
    play: Play, session: fakes.FakeSession
) -> None:
    """A second file saved just after the first belongs to it: the check begins anew."""
    async with play(fakes.endless, at="workbench", notices=True) as pilot:
        bench = next(s for s in pilot.app.screen_stack if isinstance(s, Workbench))
        bench.post_message(FilesSaved(["catalog/views.py"]))
        await until(pilot, session.under_way.is_set)
        session.script = fakes.run(fakes.GOLD)
        bench.post_message(FilesSaved(["stack.toml"]))
        await until(pilot, lambda: session.journal_of_calls[-2:] == ["cancelled", "quick"])
        await run_ended(pilot)
        await run_ended(pilot)

        assert "Run stopped" not in words_of_toasts(pilot)
        assert "quick check passed" in words_of_toasts(pilot).lower()


async def test_a_check_that_went_on_for_a_while_is_not_stopped_by_a_save(
    play: Play, session: fakes.FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody whose editor saves all the time gets an answer too; it is checked again after it."""
    monkeypatch.setattr(run, "TOGETHER", 0.0)
    async with play(fakes.endless, at="workbench") as pilot:
        bench = next(s for s in pilot.app.screen_stack if isinstance(s, Workbench))
        bench.post_message(FilesSaved(["catalog/views.py"]))
        await until(pilot, session.under_way.is_set)
        bench.post_message(FilesSaved(["stack.toml"]))
        await until(pilot, lambda: bench.query_one(RunTab)._again)

        assert not bench.model.board.cancelling


async def test_a_quick_refusal_without_words_leads_to_the_full_run(play: Play) -> None:
    """No verdict points nowhere."""
    async with play(fakes.run(fakes.LOST), at="workbench") as pilot:
        await press(pilot, "c")
        await run_ended(pilot)

        assert "v runs the full test" in text_of(pilot)
        await press(pilot, "v")
        await run_ended(pilot)
        assert "quick check" not in text_of(pilot)
