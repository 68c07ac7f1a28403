"""Rooms full of seats: what they wait for, and what it takes."""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.bench.figure import BenchFailed, Sampler
from tests.own_postgres import own_postgres
from tests.room.process import Opened, opened
from tutor.room.stuck import LOSSES

OPEN_MORE = """
import sys
from tutor.room import prepare
prepare()
from tutor.room.store import instructor_key, open_room
for _ in range(int(sys.argv[1])):
    room = open_room("Monday", "en")
    print(room.code, instructor_key(room.pk))
"""
ALL_SEEN = 30.0
"""Seconds for the process that serves to know of rooms that were opened beside it."""


@dataclass(frozen=True)
class Workshop:
    """So many seats in so many rooms: they come one after the other, then all of them play."""

    rooms: int
    seats: int
    per_second: int
    seconds: int
    run: int
    """Seconds between two runs of a seat."""
    on_postgres: bool

    @property
    def name(self) -> str:
        """Return what the figures are of."""
        if self.rooms == 1:
            return f"room of {self.seats} seats"
        return f"{self.rooms} rooms, {self.seats} seats"


ONE = Workshop(rooms=1, seats=200, per_second=4, seconds=110, run=10, on_postgres=False)
"""Busier than any room: a run every ten seconds."""
MANY = Workshop(rooms=50, seats=2000, per_second=25, seconds=150, run=60, on_postgres=True)


def of_rooms(workshop: Workshop, name: str) -> Sampler:
    """Return the sampler of one figure of *workshop*; all of them are of the same play."""

    def samples(runs: int) -> Iterator[float]:
        figures = _played(workshop)
        if isinstance(figures, BenchFailed):
            raise figures
        yield figures[name]

    return samples


@contextmanager
def served(*, on_postgres: bool) -> Iterator[tuple[Opened, str]]:
    """Serve a room, and yield it with the address of its database."""
    folder = Path("room-postgres").absolute()
    kept = own_postgres(folder) if on_postgres else nullcontext("")
    with kept as database, opened(database) as room:
        yield room, database


@cache
def _played(workshop: Workshop) -> dict[str, float] | BenchFailed:
    """Return the figures of one play, or why it has none: either is of all of them."""
    try:
        return _play(workshop)
    except BenchFailed as error:
        return error


def _play(workshop: Workshop) -> dict[str, float]:
    """Play once; return the figures, in milliseconds, megabytes and parts of a core."""
    with served(on_postgres=workshop.on_postgres) as (room, database):
        keys = {room.code: room.key} | _more_rooms(workshop.rooms - 1, database)
        for code, key in keys.items():
            _await_room(room, code, key)
        file, used, began = Path("room-taken").absolute(), _cpu(room.pid), time.monotonic()
        locust = _locust(workshop, room.address, [*keys], file)
        most = {"memory": 0.0, "connections": 0.0}
        while locust.poll() is None:
            most["memory"] = max(most["memory"], _memory(room.pid))
            most["connections"] = max(most["connections"], _connections(room.pid, database))
            time.sleep(1)
        cpu = 100 * (_cpu(room.pid) - used) / (time.monotonic() - began)
        if locust.returncode:
            report = Path("room.log").read_text(encoding="utf-8", errors="replace")
            raise BenchFailed(f"locust ended {locust.returncode}", report)
        _check(workshop, room, keys, json.loads(file.read_text()))
        table = Path("room_stats.csv").read_text().splitlines()
        rows = {row["Name"]: float(row["95%"]) for row in csv.DictReader(table)}
        return rows | most | {"cpu": cpu}


def _locust(
    workshop: Workshop, address: str, codes: list[str], taken: Path
) -> "subprocess.Popen[bytes]":
    """Send the learners."""
    env = os.environ | {
        "LEVELUP_BENCH_CODES": " ".join(codes),
        "LEVELUP_BENCH_RUN": str(workshop.run),
        "LEVELUP_BENCH_TAKEN": str(taken),
    }
    words = f"--headless -u {workshop.seats} -r {workshop.per_second} -t {workshop.seconds}s -s 10"
    script = Path(__file__).with_name("room_locustfile.py")
    argv: list[str | Path] = [
        sys.executable,
        "-m",
        "locust",
        "-f",
        script,
        *words.split(),
        "--only-summary",
    ]
    with Path("room.log").open("wb") as log:
        return subprocess.Popen(
            [*argv, "--csv", "room", "--host", address], env=env, stdout=log, stderr=log
        )


def _more_rooms(count: int, database: str) -> dict[str, str]:
    """Open *count* rooms more beside the process that serves; return the key of each code."""
    done = subprocess.run(
        [sys.executable, "-c", OPEN_MORE, str(count)],
        env=os.environ | ({"DATABASE_URL": database} if database else {}),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split() for line in done.stdout.splitlines())


def _await_room(room: Opened, code: str, key: str) -> None:
    """Wait until the process that serves knows of a room."""
    deadline = time.monotonic() + ALL_SEEN
    while not room.has(code, key):
        if time.monotonic() > deadline:
            raise BenchFailed(f"room {code} is not served")
        time.sleep(0.1)


def _check(workshop: Workshop, room: Opened, keys: dict[str, str], taken: dict[str, int]) -> None:
    """Refuse figures of rooms that lost an event, counted one twice, or add up wrongly."""
    seats = 0
    for code, key in keys.items():
        lines = [json.loads(line) for line in room.page("room.jsonl", code, key).splitlines()]
        kept = sum(line["seat"] > 0 and line["kind"] != "joined" for line in lines)
        rows = list(csv.DictReader(room.page("room.csv", code, key).splitlines()))
        stuck = sum(int(row["lost"]) >= LOSSES for row in rows)
        seats += len(rows)
        if kept != taken.get(code):
            raise BenchFailed(f"{code} took {taken.get(code)} events and keeps {kept}")
        if f"<dt>stuck</dt><dd>{stuck}</dd>" not in room.page("board", code, key):
            raise BenchFailed(f"{stuck} are stuck in {code}, and the board says something else")
    if seats != workshop.seats:
        raise BenchFailed(f"{workshop.seats} joined, and the tables have {seats}")


def _cpu(pid: int) -> float:
    """Return the seconds that the process has worked."""
    return sum(psutil.Process(pid).cpu_times()[:2])


def _memory(pid: int) -> float:
    """Return the megabytes of the process, shared pages in part."""
    full = psutil.Process(pid).memory_full_info()
    return float(getattr(full, "pss", full.uss)) / 2**20


def _connections(pid: int, database: str) -> int:
    """Return how many connections to *database* the process holds."""
    if not database:
        return 0
    port = urlsplit(database).port
    found = [line.raddr for line in psutil.Process(pid).net_connections("tcp")]
    return len([address for address in found if address[1:] == (port,)])
