"""A win is celebrated once, and nothing else is."""

from dataclasses import replace

import pytest

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, text_of, until
from tutor.tui.screens.lesson import LessonScreen
from tutor.tui.screens.verdict import VerdictScreen
from tutor.tui.screens.win import MOST, WinScreen, before_and_after, values_of
from tutor.words.texts import Texts


async def test_a_win_is_celebrated_once(play: Play) -> None:
    """Medal and figures before and now; any key shows the verdict, and it does not come back."""
    async with play(fakes.run(fakes.GOLD), at="workbench", celebrates=True) as pilot:
        await press(pilot, "v")
        await run_ended(pilot)
        assert isinstance(pilot.app.screen, WinScreen)
        for told in ("✔  WON", "★★★ gold", "1292", "statements", "402", "31.5"):
            assert told in text_of(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, VerdictScreen)
        await press(pilot, "escape", "w")

        assert isinstance(pilot.app.screen, VerdictScreen)


async def test_a_key_of_the_verdict_works_at_the_celebration(play: Play) -> None:
    """Who presses l wants the lesson, and gets it."""
    async with play(fakes.run(fakes.GOLD), at="workbench", celebrates=True) as pilot:
        await press(pilot, "v")
        await run_ended(pilot)
        await press(pilot, "l")
        await until(pilot, lambda: isinstance(pilot.app.screen, LessonScreen))


async def test_a_win_is_measured_against_one_s_own_first_run(
    play: Play, session: fakes.FakeSession
) -> None:
    """Where the learner lost first, their own figure is the one before, not Betty's."""
    first = fakes.run({**fakes.LOST, "queries": 700})
    async with play(first, at="workbench", celebrates=True) as pilot:
        await press(pilot, "v")
        await run_ended(pilot)
        session.script = fakes.run(fakes.GOLD)
        await press(pilot, "escape", "v")
        await run_ended(pilot)

        assert isinstance(pilot.app.screen, WinScreen)
        assert "700" in text_of(pilot)
        assert "1292" not in text_of(pilot)


def test_a_win_with_nothing_to_compare_has_its_figures(session: fakes.FakeSession) -> None:
    """What the goals asked for, with what it counts; at most as many as there is room for."""
    level = replace(session.levels[0], betty={})
    alone = {name: n for name, n in fakes.GOLD.items() if not name.startswith("broken")}
    texts = Texts("en")

    assert before_and_after(level, {}, alone, texts) == []
    shown = values_of(level, alone, texts)
    assert shown[0] == ("1", "statement")
    assert len(shown) == MOST


@pytest.mark.parametrize("script", [fakes.run(fakes.LOST), fakes.run(fakes.GOLD, fakes.NOISY)])
async def test_what_is_no_win_is_not_celebrated(play: Play, script: fakes.Script) -> None:
    """Neither a loss nor a run that cannot tell."""
    async with play(script, at="workbench", celebrates=True) as pilot:
        await press(pilot, "v")
        await run_ended(pilot)

        assert isinstance(pilot.app.screen, VerdictScreen)


async def test_the_celebration_moves_only_where_things_may(play: Play) -> None:
    """With motion the bars shrink to their end; without, they are there at once."""
    async with play(fakes.run(fakes.GOLD), at="workbench", celebrates=True, moving=True) as pilot:
        await press(pilot, "v")
        await run_ended(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, WinScreen)
        before = screen._step
        await until(pilot, lambda: screen._step >= 18)

        assert before < 18
