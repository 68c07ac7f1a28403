"""A learner's own client against the room as it is served: what each believes of the other."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from tests.helpers import wait_until
from tests.seat.playing import LEVEL, Play
from tutor.room.addresses import LOOPBACK, listening, served
from tutor.seat import joining
from tutor.seat import seat as seats
from tutor.seat.address import RoomAddress
from tutor.seat.reporter import Reporter


class House:
    """A room that was just opened, and is served by a thread of this process while it is open."""

    def __init__(self) -> None:
        from django.db import connections

        from tutor.room.store import open_room

        self.code = open_room("Monday", "en").code
        connections.close_all()
        served.names = [LOOPBACK]
        self.port = 0
        self.open()

    @property
    def address(self) -> RoomAddress:
        """Where it is."""
        return RoomAddress(f"http://{LOOPBACK}:{self.port}", self.code)

    @property
    def state(self) -> Any:
        """What the room is."""
        from tutor.room.live import live

        return live.room(self.code)

    def open(self) -> None:
        """Begin to serve it, as a process does that has just started; on the port of before."""
        from tutor.room.asgi import application
        from tutor.room.live import live

        live.__init__()  # type: ignore[misc]
        self._listener = listening(LOOPBACK, self.port)
        self.port = self._listener.getsockname()[1]
        self._server = uvicorn.Server(uvicorn.Config(application(), log_config=None, ws="none"))
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))
        self._thread.start()
        assert wait_until(lambda: self._server.started)

    def close(self) -> None:
        """Be there for nobody."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


@pytest.fixture
def house(database: None) -> Iterator[House]:
    """A room that was just opened."""
    house = House()
    yield house
    house.close()


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
