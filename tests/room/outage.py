"""Learners whose network goes, in a room that is killed meanwhile: what arrives, and how often.

The seats are the learner's own: outbox and inbox on disk, numbers, pauses and all. Each has a home
of its own and a clock that the play moves; five minutes take as long as their requests do.
"""

import errno
import http.client
import json
import os
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from unittest import mock

from tests.room.process import Opened
from tests.seat.playing import LEVEL, Play
from tutor.seat import joining, worker
from tutor.seat.address import RoomAddress
from tutor.seat.outbox import Outbox
from tutor.seat.reporter import Reporter

STEP = 10
"""Seconds between two looks of a seat; with each it may ask, and send what it has."""
MINUTES = 5
TELL = 30
"""Seconds between two facts of a seat."""
KILLS = (60, 150, 240)
"""Seconds at which the room is killed: just when there is something to tell."""
RECOVERY = 3 * int(worker.SLOWEST)
"""Seconds in which whoever was cut off longest has asked again, several times."""


class Laptop:
    """One learner: a home, a clock, a network that may be cut, and what was told to the room."""

    def __init__(self, home: Path, room: Opened, number: int) -> None:
        self._home = home
        self.is_cut = False
        self.told: list[int] = []
        with self.at_home():
            address = RoomAddress(room.address, room.code)
            seat = joining.join(address, f"seat {number}", "", "en", [])
            self.number = int(seat.id)
            self._play = Play(seat)

    @contextmanager
    def at_home(self) -> Iterator[None]:
        """Find the files of this laptop, and its network as it is."""
        with mock.patch.dict(os.environ, LEVELUP_HOME=str(self._home)):
            if not self.is_cut:
                yield
                return
            away = OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))
            with mock.patch.object(http.client.HTTPConnection, "connect", side_effect=away):
                yield

    def tell(self) -> None:
        """Take the next hint: its number says which of them arrived."""
        self.told.append(len(self.told) + 1)
        with self.at_home():
            Reporter().hint_taken(LEVEL, self.told[-1])

    def pass_time(self) -> None:
        """Let :data:`STEP` seconds pass, and send and ask what is due."""
        with self.at_home():
            self._play.step(STEP)

    @property
    def waiting(self) -> int:
        """How many facts it has that the room has not confirmed."""
        with self.at_home():
            return len(Outbox())


def play(room: Opened, homes: Path, seats: int) -> list[Laptop]:
    """Cut half of the seats off for five minutes, kill the room meanwhile; return when all is sent."""
    laptops = [Laptop(homes / str(number), room, number) for number in range(seats)]
    for laptop in laptops[::2]:
        laptop.is_cut = True
    for second in range(0, MINUTES * 60, STEP):
        if second % TELL == 0:
            for laptop in laptops:
                laptop.tell()
        with dying(room) if second in KILLS else nullcontext():
            for laptop in laptops:
                laptop.pass_time()
    assert all(laptop.waiting == len(laptop.told) for laptop in laptops[::2])
    for laptop in laptops:
        laptop.is_cut = False
    waiting = laptops
    for _ in range(0, RECOVERY, STEP):
        for laptop in waiting:
            laptop.pass_time()
        waiting = [laptop for laptop in waiting if laptop.waiting]
    assert not waiting
    return laptops


@contextmanager
def dying(room: Opened) -> Iterator[None]:
    """Kill the room at some moment of the block, and serve it again after the block."""
    killer = threading.Timer(random.uniform(0.0, 0.1), room.kill)
    killer.start()
    yield
    killer.join()
    room.begin()


def lost_and_twice(room: Opened, laptops: list[Laptop]) -> tuple[int, int]:
    """Return how many facts the room does not have, and how many it has more than once."""
    kept: dict[int, Counter[int]] = {}
    for line in room.page("room.jsonl").splitlines():
        fact = json.loads(line)
        if fact["kind"] == "hint_taken":
            kept.setdefault(fact["seat"], Counter())[fact["data"]["number"]] += 1
    lost = twice = 0
    for laptop in laptops:
        told, found = Counter(laptop.told), kept.get(laptop.number, Counter())
        lost += (told - found).total()
        twice += (found - told).total()
    return lost, twice
