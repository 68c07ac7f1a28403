"""A run is followed, stopped, and ends in a verdict that cannot be mistaken."""

import threading
from collections.abc import Iterator

import pytest

from tests.tui import fakes
from tests.tui.driving import (
    Play,
    press,
    run_ended,
    settled,
    shown,
    text_of,
    until,
    words_of_toasts,
)
from tutor.base.cancel import Cancel
from tutor.curriculum import Level
from tutor.events import Event, RunAwaited, RunCancelled, RunStarted
from tutor.judge import Finding, Kind
from tutor.learner import elsewhere
from tutor.machine.disk import DiskFull
from tutor.run.runlock import Holder
from tutor.tui.screens.error import ErrorDialog
from tutor.tui.screens.verdict import VerdictScreen
from tutor.tui.screens.workbench import Workbench


async def test_a_lost_run_names_the_finding_and_its_line(play: Play) -> None:
    """The learner sees file, line and code, the number and the limit."""
    async with play(fakes.run(fakes.LOST, fakes.REPEATS), at="workbench") as pilot:
        await press(pilot, "v")
        await run_ended(pilot)

        shown = " ".join(text_of(pilot).replace("│", " ").split())
        assert "NOT YET" in shown
        assert "catalog/templates/catalog/_card.html, line 12" in shown
        assert "1292 ≤ 212" in shown


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (fakes.run(fakes.GOLD), ("✔ WON", "★★★ gold")),
        (fakes.run(fakes.LOST), ("✖ NOT YET",)),
        (
            fakes.run({**fakes.GOLD, "time_ratio": 0.61}, fakes.NOISY),
            ("? CANNOT TELL", "does not count", "too noisy"),
        ),
        (fakes.run({}, fakes.OURS), ("! OUR FAULT", "does not count")),
    ],
    ids=["won", "not yet", "cannot tell", "our fault"],
)
async def test_each_outcome_has_its_own_look(
    play: Play, script: fakes.Script, words: tuple[str, ...]
) -> None:
    """Symbol and word tell the outcomes apart, without any colour."""
    async with play(script, at="workbench") as pilot:
        await press(pilot, "v")
        await run_ended(pilot)

        shown = " ".join(text_of(pilot).replace("│", " ").split())
        assert all(word in shown for word in words)


async def test_what_was_not_measured_is_open_and_not_missed(play: Play) -> None:
    """In the log, among the goals and in the verdict; and each says the run's own seconds."""
    values = {"missing": 150, "expected": 200, "shown": 50, "example": "Mat No. 7"}
    foul = Finding("rows_missing", Kind.FOUL, values)
    async with play(fakes.run({"queries": 5}, (foul,)), at="workbench", size=(120, 60)) as pilot:
        await press(pilot, "c")
        await run_ended(pilot)
        verdict = text_of(pilot)
        await press(pilot, "escape", "3")
        log = text_of(pilot)
        await press(pilot, "2")
        goals = text_of(pilot)

    for seen in (verdict, log, goals):
        assert "not met" not in seen
        assert "· open" in seen
    assert "· open  Twice the products, not one statement more." in log
    assert "21 s" in verdict
    assert "Not yet  21 s" in log


async def test_an_answer_seen_turns_gold_into_silver(
    play: Play, session: fakes.FakeSession
) -> None:
    """The verdict shows the medal that counts, and why."""
    session.see_answer(session.levels[0])
    async with play(fakes.run(fakes.GOLD), at="workbench") as pilot:
        await press(pilot, "v")
        await run_ended(pilot)

        assert "WON   ★★☆ silver" in text_of(pilot)
        assert "silver counts" in text_of(pilot)


async def test_escape_stops_a_run(play: Play, session: fakes.FakeSession) -> None:
    """The worker hears of it, nothing is judged, and the next run can begin."""
    async with play(fakes.endless, at="workbench") as pilot:
        await press(pilot, "v")
        session.under_way.wait(5)
        await press(pilot, "escape")
        await run_ended(pilot)

        assert isinstance(pilot.app.screen, Workbench)
        assert session.journal_of_calls[-1] == "cancelled"
        assert "counts for nothing" in text_of(pilot)
        assert not pilot.app.screen.model.board.running


def awaiting(
    session: fakes.FakeSession, level: Level, quick: bool, cancel: Cancel
) -> Iterator[Event]:
    """A run that waits for another tutor's until it is stopped."""
    yield RunStarted("r4", level.slug, "mine", quick)
    yield RunAwaited(4711, "tutor verify 1", 0.0)
    while not cancel.is_set:
        threading.Event().wait(0.01)
    yield RunCancelled("r4")


async def test_a_run_that_waits_says_for_whom_and_can_be_stopped(
    play: Play, session: fakes.FakeSession
) -> None:
    """Command and process stand on the screen as long as it waits; nobody is at fault."""
    waiting = "Waiting for tutor verify 1, process 4711"
    async with play(awaiting, at="workbench", size=(140, 45)) as pilot:
        await press(pilot, "v")
        # In the bar and in the log.
        await until(pilot, lambda: text_of(pilot).replace("`", "").count(waiting) == 2)
        await press(pilot, "escape")
        await run_ended(pilot)

        assert "counts for nothing" in text_of(pilot)
        assert [entry for entry in session.journal.entries() if entry.run] == []


HOLDER = Holder(4711, "tutor verify 1 --lang en", 0.0)


@pytest.fixture
def neighbour(monkeypatch: pytest.MonkeyPatch) -> list[Holder]:
    """Whoever is in it measures in the same workspace."""
    there: list[Holder] = []
    monkeypatch.setattr(elsewhere, "other_holder", lambda _: there[0] if there else None)
    monkeypatch.setattr(elsewhere, "is_alive", lambda _: bool(there))
    monkeypatch.setattr("tutor.tui.others.LOOK", 0.05)
    return there


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_run_of_another_tutor_is_told_and_its_verdict_shown(
    play: Play, session: fakes.FakeSession, neighbour: list[Holder], size: tuple[int, int]
) -> None:
    """Who runs, in the bar as long as it lasts; then medal, verdict and goals, as if it were ours."""
    async with play(at="workbench", size=size, notices=True) as pilot:
        neighbour.append(HOLDER)
        bar = await shown(pilot, "Another run is on in this workspace.")
        assert "tutor verify 1 --lang en" in bar
        assert "process 4711" in bar
        list(session.play(session.levels[0]))
        neighbour.clear()
        won = await shown(pilot, "The chatty front page  ★★★")
        assert "Another run is on" not in won
        assert "1, The chatty front page, mine: Won, gold, after 21 s." in words_of_toasts(pilot)
        await until(pilot, lambda: "✔ Won  21 s" in text_of(pilot))
        await press(pilot, "w")

        assert isinstance(pilot.app.screen, VerdictScreen)
        assert session.journal_of_calls == ["serve mine", "full"]


async def test_a_run_of_another_tutor_that_was_stopped_changes_nothing(
    play: Play, session: fakes.FakeSession, neighbour: list[Holder]
) -> None:
    """It has ended without a result; what was there before still stands."""
    async with play(at="workbench", notices=True) as pilot:
        neighbour.append(HOLDER)
        await shown(pilot, "Another run is on in this workspace.")
        neighbour.clear()
        await until(pilot, lambda: "has ended without a result." in words_of_toasts(pilot))

        assert "Ready when you are." in await shown(pilot, "Ready when you are.")


async def test_what_another_tutor_won_is_on_the_map_at_once(
    play: Play, session: fakes.FakeSession, neighbour: list[Holder]
) -> None:
    """Nobody has to come back to it first."""
    session.enter(session.levels[0])
    async with play() as pilot:
        await press(pilot, "m")
        neighbour.append(HOLDER)
        await until(pilot, lambda: pilot.app.other_run)  # type: ignore[attr-defined]
        list(session.play(session.levels[0]))
        neighbour.clear()

        assert "★★★ gold" in await shown(pilot, "★★★ gold")


async def test_the_last_verdict_outlives_the_game(play: Play, session: fakes.FakeSession) -> None:
    """Opened anew, the workbench shows medal and goals, and the verdict without a celebration."""
    async with play(fakes.run(fakes.GOLD), at="workbench") as pilot:
        await press(pilot, "v")
        await run_ended(pilot)
        await press(pilot, "escape")
        session.script = fakes.run(fakes.LOST)
        await press(pilot, "c")
        await run_ended(pilot)
    async with play(celebrates=True) as pilot:
        pilot.app.navigator.to_work(session.levels[0])  # type: ignore[attr-defined]
        await settled(pilot)
        assert "The chatty front page  ★★★" in text_of(pilot)
        assert "✔ Won" in text_of(pilot)
        await press(pilot, "2")
        assert "✔ met" in text_of(pilot)
        await press(pilot, "w")

        assert isinstance(pilot.app.screen, VerdictScreen)
        assert "WON   ★★★ gold" in text_of(pilot)


async def test_without_a_verdict_its_key_says_so(play: Play) -> None:
    """And what leads to one."""
    async with play(at="workbench", notices=True) as pilot:
        await press(pilot, "w")

        assert "There is no verdict yet." in await shown(pilot, "There is no verdict yet.")


async def test_nothing_blocks_while_a_run_is_on(play: Play, session: fakes.FakeSession) -> None:
    """Tabs, help and language work during a run, and the run goes on."""
    async with play(fakes.endless, at="workbench") as pilot:
        await press(pilot, "v")
        session.under_way.wait(5)
        await press(pilot, "2", "question_mark", "escape", "ctrl+l")
        assert "Preparando" in text_of(pilot)
        assert pilot.app.screen.model.board.running  # type: ignore[attr-defined]
        await press(pilot, "m")
        assert isinstance(pilot.app.screen, Workbench)
        await press(pilot, "escape")
        await run_ended(pilot)


async def test_quitting_stops_the_run_and_lets_the_services_go(
    play: Play, session: fakes.FakeSession
) -> None:
    """The worker ends before the services do."""
    async with play(fakes.endless, at="workbench") as pilot:
        await press(pilot, "v")
        session.under_way.wait(5)
        await pilot.press("ctrl+q")
        await pilot.app.workers.wait_for_complete(
            [w for w in pilot.app.workers if w.group == "leave"]
        )

        assert session.journal_of_calls[-1] == "cancelled"
        assert session.stack.released


async def test_a_run_that_cannot_begin_is_explained(play: Play) -> None:
    """An error is a dialog with a hint, and the game goes on."""
    async with play(fakes.broken_down, at="workbench") as pilot:
        await press(pilot, "c")
        await run_ended(pilot)
        assert isinstance(pilot.app.screen, ErrorDialog)
        assert "Free some." in text_of(pilot)
        await press(pilot, "escape")

        assert isinstance(pilot.app.screen, Workbench)


async def test_a_run_that_cannot_begin_is_explained_in_the_language_of_the_game(
    play: Play,
) -> None:
    """What the tutor raised by its name, and what nobody foresaw."""
    failures = [
        DiskFull.named("no_room", free=3, folder="/srv", needed=50),
        ZeroDivisionError("division by zero"),
    ]

    def fails(*_: object) -> Iterator[Event]:
        raise failures.pop(0)
        yield  # a run is a generator

    async with play(fails, at="workbench", language="es", size=(120, 40)) as pilot:
        await press(pilot, "c")
        await run_ended(pilot)
        assert isinstance(pilot.app.screen, ErrorDialog)
        known = " ".join(text_of(pilot).replace("│", " ").split())
        await press(pilot, "escape", "c")
        await run_ended(pilot)
        unknown = " ".join(text_of(pilot).replace("│", " ").split())

    assert "Eso no funcionó" in known
    assert "El disco está lleno: quedan 3 MB para /srv y hacen falta 50 MB." in known
    assert "Qué hacer: Libera espacio ahí" in known
    assert "Un error que nadie esperaba, ZeroDivisionError: division by zero" in unknown
    assert "Qué hacer: tutor doctor busca la causa." in unknown


async def test_charts_and_log_follow_the_run(play: Play) -> None:
    """Numbers, bars and steps are there when the run is over."""
    async with play(fakes.run(fakes.GOLD), at="workbench") as pilot:
        await press(pilot, "v")
        await run_ended(pilot)
        assert isinstance(pilot.app.screen, VerdictScreen)
        await press(pilot, "escape")
        shown = text_of(pilot)

        assert "Throughput" in shown
        assert "requests/s" in shown
        assert "█" in shown
        assert "4 visitors · 0 wrong" in shown
        assert "Won, after 21 s" in shown


async def test_the_stack_is_lit_by_its_states(play: Play) -> None:
    """Each service shows symbol and word."""
    async with play(fakes.run(fakes.GOLD), at="workbench") as pilot:
        await press(pilot, "4")
        assert "· postgres     waiting" in await shown(pilot, "· postgres     waiting")
        await press(pilot, "v")
        await run_ended(pilot)
        await press(pilot, "escape", "4")
        await settled(pilot)

        assert "● postgres     up  :5433" in await shown(pilot, "● postgres     up  :5433")
