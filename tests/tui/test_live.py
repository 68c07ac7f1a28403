"""While a run is on, what it reports is drawn: lanes, charts, goals, the time that is left."""

import pytest
from textual.widgets import Footer

from tests.tui import fakes
from tests.tui.driving import Play, press, run_ended, settled, shown, text_of, until
from tutor.events import (
    Event,
    LapFinished,
    LoadSampled,
    LoadStarted,
    Measured,
    PhaseStarted,
    RaceFinished,
    RaceStarted,
)
from tutor.tui.screens.number import NumberDialog
from tutor.tui.screens.workbench import Workbench
from tutor.tui.widgets.chart import Chart
from tutor.tui.widgets.footer import CalmFooter
from tutor.tui.widgets.race_view import RaceView
from tutor.tui.workbench.messages import EventReported
from tutor.tui.workbench.run import RunTab

RACE = (
    PhaseStarted("load"),
    RaceStarted("time_ratio", ("broken", "mine"), 5),
    LapFinished(0, 1, 400.0),
    LapFinished(1, 1, 100.0),
    LapFinished(0, 2, 410.0),
)
LOAD = (LoadStarted(4, 60), *(LoadSampled(n / 2, 4, 20 * n, 1, 40.0, 22.0, 60.0) for n in (1, 2)))


def report(workbench: object, *events: Event) -> None:
    """Have the run that is on report *events*."""
    assert isinstance(workbench, Workbench)
    for event in events:
        workbench.post_message(EventReported(event))


async def test_a_race_that_is_clear_early_is_over(play: Play, session: fakes.FakeSession) -> None:
    """A quick check runs as many rounds as it needs; nobody is said to be on after that."""
    async with play(fakes.endless, at="workbench") as pilot:
        await press(pilot, "v")
        session.under_way.wait(5)
        clear = (LapFinished(1, 2, 110.0), RaceFinished("time_ratio", (405.0, 105.0)))
        report(pilot.app.screen, *RACE, *clear, Measured("time_ratio", 0.262))
        seen = await shown(pilot, "0.262")
        await press(pilot, "escape")
        await run_ended(pilot)

    assert "2 rounds, in turns" in seen
    # Of the round that the ratio is of, not of the last one.
    assert "405 ms" in seen
    assert "105 ms" in seen
    assert "mine: 0.262 × the broken shop's time" in seen
    assert "▶ mine" not in seen
    assert "▶ broken" not in seen


@pytest.mark.parametrize(("size", "both"), [((80, 24), False), ((140, 45), True)])
async def test_a_race_is_drawn_lap_by_lap(
    play: Play, session: fakes.FakeSession, size: tuple[int, int], both: bool
) -> None:
    """Whose turn it is, each shop's last lap, and how they compare; then the load takes its place.

    A large terminal has room for both. Escape stops it at any moment.
    """
    async with play(fakes.endless, at="workbench", size=size) as pilot:
        await press(pilot, "v")
        session.under_way.wait(5)
        workbench = pilot.app.screen
        report(workbench, *RACE)
        seen = await shown(pilot, "round 2 of 5")
        assert "▶ mine" in seen
        assert "410 ms" in seen
        assert "mine: 0.24 × the broken shop's time" in seen
        race, charts = workbench.query_one(RaceView), workbench.query("#charts Chart")
        assert bool(charts.first(Chart).region) is both

        report(workbench, *LOAD)
        seen = await shown(pilot, "s left")
        assert "4 visitors · 1 wrong" in await shown(pilot, "4 visitors · 1 wrong")
        assert "s left" in seen
        await until(pilot, lambda: bool(race.region) is both)
        await press(pilot, "escape")
        await run_ended(pilot)

        assert session.journal_of_calls[-1] == "cancelled"


async def test_goals_fill_in_while_the_run_is_on(play: Play, session: fakes.FakeSession) -> None:
    """A value stands beside its bound as soon as it is measured; the others are open."""
    async with play(fakes.endless, at="workbench") as pilot:
        await press(pilot, "v", "2")
        session.under_way.wait(5)
        assert "1292" not in text_of(pilot)
        report(pilot.app.screen, Measured("queries", 1292))
        seen = await shown(pilot, "▶  ≤ 212 statements")

        assert "✖ not met  ★☆☆ bronze   1292 ━" in seen
        assert "▶  ≤ 212 statements" in seen
        assert "· open" in seen
        await press(pilot, "escape")
        await run_ended(pilot)


async def test_the_run_bar_counts_the_goals_as_they_come(
    play: Play, session: fakes.FakeSession
) -> None:
    """Met, missed and open beside the step, whichever tab is in front; also in 80 columns."""
    async with play(fakes.endless, at="workbench") as pilot:
        await press(pilot, "v")
        session.under_way.wait(5)
        assert "✔ 0  ✖ 0  · 6" in await shown(pilot, "· 6")
        report(pilot.app.screen, Measured("queries", 201), Measured("slope", 0))

        assert "✔ 2  ✖ 2  · 2" in await shown(pilot, "✔ 2")
        await press(pilot, "escape")
        await run_ended(pilot)


async def test_a_goal_that_is_missed_is_told_before_the_check_after_a_save_is_over(
    play: Play, session: fakes.FakeSession
) -> None:
    """With the number and the bound, once; a missed medal is no news yet."""
    async with play(fakes.endless, at="workbench") as pilot:
        workbench = pilot.app.screen
        assert isinstance(workbench, Workbench)
        workbench.query_one(RunTab).run_level(quick=True, quiet=True)
        session.under_way.wait(5)
        report(workbench, Measured("queries", 201))
        assert "✖ 2" in await shown(pilot, "✖ 2")
        assert not pilot.app._notifications

        report(workbench, Measured("queries", 1292), Measured("queries", 1293))
        assert "✖ 3" in await shown(pilot, "✖ 3")
        told = [note.message for note in pilot.app._notifications]
        assert told == ["Not yet: 1292 statements, needed ≤ 212. The check goes on."]
        await press(pilot, "escape")
        await run_ended(pilot)


async def test_a_win_shows_before_and_after_and_the_guess(
    play: Play, session: fakes.FakeSession
) -> None:
    """What the first run measured stands over what this one did, and Betty's figures below."""
    async with play(fakes.run(fakes.LOST), at="workbench", size=(100, 50)) as pilot:
        session.predict(session.levels[0], 40)
        await press(pilot, "v")
        await run_ended(pilot)
        assert "Your guess" not in text_of(pilot)
        session.script = fakes.run(fakes.GOLD)
        await press(pilot, "escape", "v")
        await run_ended(pilot)
        rows = text_of(pilot)

        assert "Your guess: 40. It came to 1 statement." in rows
        assert "█ 1292" in rows
        assert "█ 1 " in rows
        assert "Betty   1292 → 201" in rows


async def test_a_number_may_be_left_open(play: Play, session: fakes.FakeSession) -> None:
    """The choice is noted, an empty number is none, and letters never get in."""
    level = session.levels[0]
    async with play(at="workbench") as pilot:
        await press(pilot, "d", "down", "enter")
        assert isinstance(pilot.app.screen, NumberDialog)
        await press(pilot, "x", "enter")
        assert isinstance(pilot.app.screen, Workbench)
        mine = session.level_progress(level)

        assert (mine.diagnosis, mine.prediction) == ("questions", None)


async def test_a_typed_number_keeps_the_focus(play: Play, session: fakes.FakeSession) -> None:
    """Neither the tab key nor a click beside the line leads away from it, or marks what is typed."""
    level = session.levels[0]
    session.predict(level, 12)
    async with play(at="workbench") as pilot:
        await press(pilot, "d", "enter", *"45", "tab", "shift+tab")
        await pilot.click("NumberDialog .strong")
        await settled(pilot)
        await press(pilot, "backspace", "7", "enter")

        assert session.level_progress(level).prediction == 47


async def test_the_keys_at_the_bottom_are_made_anew_only_when_they_are_others(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another tab has the same keys: the footer stays as it is."""
    made: list[object] = []
    async with play(at="workbench") as pilot:
        monkeypatch.setattr(Footer, "bindings_changed", lambda *_: made.append(None))
        await press(pilot, "2", "3", "4", "2")
        assert pilot.app.screen.query_one(CalmFooter)

        assert not made
