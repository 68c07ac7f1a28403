"""A learner's own client against the room as it is served: what each believes of the other."""

import threading

import pytest

from tests.room.house import House
from tests.room.seats import Wire, join
from tests.seat.playing import LEVEL, Play
from tutor.seat import joining
from tutor.seat import seat as seats
from tutor.seat.reporter import Reporter


def test_who_leaves_can_come_back_under_the_same_name(house: House) -> None:
    """What was kept arrives first; then the room lets the seat go, and its nickname with it."""
    levels = [f"{number:02}_level" for number in range(80)]
    joining.join(house.address, "silver otter", "", "en", levels)
    Reporter().hand_raised("which cookie?")

    assert joining.leave()

    assert seats.current() is None
    again = joining.join(house.address, "silver otter", "", "en", [])
    assert again.id == "2"
    first, second = house.state.seats.values()
    assert (first.left, first.taken, second.left) == (True, 2, False)


def test_five_minutes_without_a_network_lose_nothing(house: House) -> None:
    """The learner plays on; then all of it arrives, in its order, and each thing counts once."""
    play = Play(joining.join(house.address, "silver otter", "", "en", []))
    play.step()
    reporter = Reporter()
    reporter.level_opened(LEVEL)
    play.step(1)

    house.close()
    for minute in range(5):
        reporter.run_started(LEVEL, quick=False)
        reporter.run_broken_off(LEVEL, "lost", 20.0, quick=False)
        reporter.hint_taken(LEVEL, minute + 1)
        for _ in range(60):
            play.step(1)
    cut_off = play.last
    house.open()
    play.poll()

    (seat,) = house.state.seats.values()
    record = seat.records[LEVEL]
    assert (cut_off.answers, cut_off.waiting) == (False, 15)
    assert (play.last.answers, play.last.waiting) == (True, 0)
    assert (seat.taken, record.runs, record.lost, record.hints) == (16, 5, 5, 5)


def test_no_question_costs_a_thread(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred seats ask twenty times a second: the process has its threads, and starts none."""
    seat = join(Wire(house.port), house.code, "silver otter")
    seat.poll()
    started: list[threading.Thread] = []
    start = threading.Thread.start

    def noted(thread: threading.Thread) -> None:
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", noted)
    for _ in range(5):
        seat.poll()
        seat.tell("level_opened", level=LEVEL)

    assert started == []
