"""Each fact passes one place, whichever front end plays; a room is in nobody's way."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.fake_room import FakeRoom
from tests.tui import fakes
from tutor.base.errors import TutorError
from tutor.base.log import log_file
from tutor.curriculum import Level
from tutor.events import Event, RunFinished
from tutor.judge import Finding, Kind
from tutor.learner.session import Session
from tutor.room.kinds import read_events
from tutor.seat import seat as seats
from tutor.seat.outbox import Outbox
from tutor.seat.reporter import Reporter
from tutor.seat.sender import Sender


@pytest.fixture
def learner(tmp_path: Path) -> fakes.FakeSession:
    """A learner whose runs are scripted."""
    return fakes.FakeSession(tmp_path / "shop")


def told(room: FakeRoom, seat: seats.Seat) -> list[tuple[str, dict[str, Any]]]:
    """Return what the room hears of it."""
    Sender(seat).send()
    return [(room.events[n]["kind"], room.events[n]["data"]) for n in sorted(room.events)]


def play(learner: Session, *, quick: bool = False, variant: str = "mine") -> RunFinished:
    """Play level 1 to its end."""
    *_, last = learner.play(learner.levels[0], variant, quick=quick)
    assert isinstance(last, RunFinished)
    return last


def test_a_level_is_told_from_its_opening_to_its_medal(
    room: FakeRoom, seat: seats.Seat, learner: fakes.FakeSession
) -> None:
    """Opened, a hint, a lost quick check, a won full run: with goals and findings by name."""
    level = learner.levels[0]
    learner.enter(level)
    learner.enter(level)
    learner.take_hint(level)
    foul = Finding("rows_missing", Kind.FOUL, {})
    learner.script = fakes.run(fakes.LOST, (*fakes.REPEATS, foul))
    play(learner, quick=True)
    learner.script = fakes.run(fakes.GOLD)
    play(learner)

    facts = told(room, seat)
    opened, again, hint, started, lost, _, won = [data for _, data in facts]
    assert [kind for kind, _ in facts] == [
        "level_opened", "level_opened", "hint_taken", "run_started", "run_finished", "run_started",
        "run_finished",
    ]  # fmt: skip
    assert opened == again == {"level": level.slug}
    assert hint["number"] >= 1
    assert started == {"level": level.slug, "quick": True}
    assert (lost["outcome"], lost["medal"], lost["finding"]) == ("lost", "", "rows_missing")
    assert set(lost["findings"]) == {"rows_missing", "repeats"}
    assert "missed" in lost["goals"].values()
    assert (won["outcome"], won["medal"], won["findings"]) == ("won", "gold", [])
    assert set(won["goals"].values()) == {"reached"}
    assert won["number"] == learner.workspace.number


def test_no_file_and_no_value_goes_to_the_room(
    room: FakeRoom, seat: seats.Seat, learner: fakes.FakeSession
) -> None:
    """A finding is told by its name: the line of code that it quotes stays here."""
    learner.enter(learner.levels[0])
    learner.script = fakes.run(fakes.LOST, fakes.REPEATS)
    play(learner)

    said = str(told(room, seat))
    assert "_card.html" not in said
    assert "SELECT" not in said


def test_every_name_is_told_as_the_wire_takes_names(
    room: FakeRoom, seat: seats.Seat, learner: fakes.FakeSession
) -> None:
    """Levels of others call their goals and findings what they like, and have as many as they like."""
    reporter, many = Reporter(), [f"part {number}" for number in range(80)]
    run = play(learner)
    goals = tuple(replace(run.verdict.goals[0], id=f"¿{name}?") for name in many)
    findings = tuple(Finding(f"{name} ñ", Kind.NOTE, {}) for name in many)
    verdict = replace(run.verdict, goals=goals, findings=findings)
    reporter.run_finished(replace(run, verdict=verdict), 2**40)
    reporter.doctor(many, "1", "Linux")
    reporter.incident(1, "mended", 1e9)
    Sender(seat).send()

    events = read_events({"events": [{"n": n, **room.events[n]} for n in sorted(room.events)]})
    by_kind = {event.kind: event.data for event in events}
    told, receipt = by_kind["run_finished"], by_kind["doctor"]
    assert len(told["goals"]) == len(told["findings"]) == len(receipt["missing"]) == 60
    assert told["goals"][0][0] == "_part_0_"
    assert receipt["missing"][0] == "part_0"


def test_only_the_learner_s_own_shop_is_told_of(
    room: FakeRoom, seat: seats.Seat, learner: fakes.FakeSession
) -> None:
    """Playing the reference answer is nobody's win."""
    learner.enter(learner.levels[0])
    play(learner, variant="fixed")

    assert [kind for kind, _ in told(room, seat)] == ["level_opened"]


def test_a_run_that_is_left_is_cancelled_and_one_that_breaks_is_ours(
    room: FakeRoom, seat: seats.Seat, learner: fakes.FakeSession
) -> None:
    """Neither stays open on the board for ever."""
    learner.enter(learner.levels[0])
    events = learner.play(learner.levels[0])
    next(events)
    events.close()
    learner.script = fakes.broken_down
    with pytest.raises(TutorError):
        play(learner)
    Sender(seat).send()

    assert [data["outcome"] for data in room.data("run_finished")] == ["cancelled", "our_fault"]
    assert learner.room.runs == 0


def test_the_next_won_full_run_mends_an_incident(
    room: FakeRoom, seat: seats.Seat, learner: fakes.FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quick check that passes does not, nor does a lost run; no clock makes it negative."""
    learner.enter(learner.levels[0])
    room.say("", kind="incident", incident="empty_cache")
    with seats.inbox_file().change() as inbox:
        message = inbox.take(room.poll(0), with_hand=True)[0]
        message.state, message.level = "begun", learner.levels[0].slug
        inbox.open_incidents["1"] = 4_000_000_000.0
    play(learner, quick=True)
    learner.script = fakes.run(fakes.LOST)
    play(learner)
    before = len(Outbox())
    learner.script = fakes.run(fakes.GOLD)
    play(learner)
    Sender(seat).send()

    assert before == 5
    assert room.data("incident") == [{"id": 1, "state": "mended", "seconds": 0.0}]
    assert not seats.inbox_file().read().open_incidents


def test_nobody_is_told_where_nobody_has_joined(learner: fakes.FakeSession, home: Path) -> None:
    """Not even a folder is made."""
    learner.enter(learner.levels[0])
    learner.take_hint(learner.levels[0])
    play(learner)

    assert not (home / "seat").exists()


def test_a_fact_that_cannot_be_kept_stops_no_run(
    seat: seats.Seat, learner: fakes.FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, or a bug of ours: it is noted, and the level goes on."""

    def fail(*asked: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Outbox, "add", fail)
    learner.enter(learner.levels[0])

    assert play(learner).verdict.won
    assert "could not be kept for the room" in log_file().read_text()


def test_the_real_run_is_told_as_the_scripted_one_is(
    room: FakeRoom, seat: seats.Seat, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the tests of screens script passes the same place as what is measured."""
    level: Level = session.levels[0]
    session.enter(level)

    def scripted(spec: object, **options: object) -> Any:
        events: list[Event] = list(
            fakes.run(fakes.GOLD)(None, level, False, None)  # type: ignore[arg-type]
        )
        return (event for event in events)

    monkeypatch.setattr("tutor.run.play.play", scripted)
    play(session)
    Sender(seat).send()

    assert room.kinds == ["level_opened", "run_started", "run_finished"]
    assert room.data("run_finished")[0]["outcome"] == "won"
