"""A learner in a fenced home, and a room on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_room import FakeRoom, open_room
from tests.seat.playing import Play
from tutor.base.damage import news
from tutor.seat import seat as seats


@pytest.fixture(autouse=True)
def fenced(home: Path) -> None:
    """Keep the learner's own seat out of the test, and news of earlier tests."""
    news()


@pytest.fixture
def room() -> Iterator[FakeRoom]:
    """A room that answers."""
    with open_room() as room:
        yield room


@pytest.fixture
def seat(room: FakeRoom) -> seats.Seat:
    """A seat in it."""
    seat = room.seat()
    seats.keep(seat)
    return seat


@pytest.fixture
def play(seat: seats.Seat) -> Play:
    """A game that has just begun, without a shop."""
    return Play(seat)
