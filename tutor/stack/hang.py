"""Where a shop that does not answer is, and what it waits for: asked from outside.

Every worker has ``faulthandler`` write down where its threads are; the kernel knows whether it is
at work or waits, and PostgreSQL who waits for whom.
"""

import contextlib
import os
import re
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

import psutil

from tutor.base.text import cut
from tutor.machine.processes import children_of, is_runnable, seconds_of
from tutor.machine.slowdown import slowdown
from tutor.stack.services.postgres import ROLE, Postgres
from tutor.stack.traceback import in_shop

THREAD = re.compile(
    r"(?:Current thread|Thread) 0x[0-9a-f]+.*\(most recent call first\):$", re.MULTILINE
)
"""Not at the beginning of a line only: ``migrate`` ends none before a migration has ended."""
FRAME = re.compile(r'File "([^"]+)", line (\d+) in (\S+)')
ASKED = ("handle_request", "load_wsgi")
"""Functions of gunicorn in which a thread is at work on a request, or on loading the shop."""
DUMP, QUIET = 2.0, 0.15
"""Seconds for a worker to write its threads down, longer on a crowded machine, and of silence
after which it has."""
LIBRARY = re.compile(r".*/(?:site-packages|dist-packages|python3[^/]*)/")
STATEMENT = 160
"""Characters of a statement that are told."""
SERVICES = {
    "/pymemcache/": "memcached",
    "/redis/": "Redis",
    "/kombu/": "Redis",
    "/smtplib.py": "mail",
}
SOCKETS = ("/socket.py", "/ssl.py", "/http/client.py", "/urllib/", "/urllib3/", "/selectors.py")
DATABASE = ("/psycopg/", "/psycopg2/", "/backends/postgresql/")
LOCKS = ("/threading.py", "/queue.py", "/concurrent/futures/")


@dataclass(frozen=True, slots=True)
class Frame:
    """One call of a thread."""

    path: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class Hang:
    """Where a request is, and why: a finding and its values."""

    id: str
    params: dict[str, Any] = field(default_factory=dict)


UNKNOWN = Hang("page_lost")


def threads_in(dump: str) -> list[list[Frame]]:
    """Return the threads of a dump, the innermost frame of each first."""
    threads = []
    for text in THREAD.split(dump)[1:]:
        frames = [Frame(path, int(line), name) for path, line, name in FRAME.findall(text)]
        threads.append(frames)
    return threads


def place_in(frames: Sequence[Frame], folder: Path) -> tuple[str, int]:
    """Return the innermost line of the shop in *folder*; else of what it uses, by its short name.

    The innermost of all would be a line of the driver: it says how is waited, not where.
    """
    for frame in frames:
        if place := in_shop(frame.path, folder):
            return place, frame.line
    for frame in frames:
        if "/django/" in frame.path:
            return LIBRARY.sub("", frame.path), frame.line
    return LIBRARY.sub("", frames[0].path), frames[0].line


def reason_of(frames: Sequence[Frame], folder: Path) -> str:
    """Return what a thread waits for: ``pool``, ``connection``, ``answer``, ``lock``, ``network``.

    It may be the name of a service too; empty where nothing is known.
    """
    inner = list(takewhile(lambda frame: not in_shop(frame.path, folder), frames))
    for frame in inner:
        if "/psycopg_pool/" in frame.path:
            return "pool"
        if any(part in frame.path for part in DATABASE):
            # The driver is inside of the pool, and its own waits look alike.
            return "pool" if _asks_pool(inner) else _database_reason(inner)
        for part, service in SERVICES.items():
            if part in frame.path:
                return service
    if not inner:
        return ""
    if any(part in inner[0].path for part in LOCKS):
        return "lock"
    return "network" if any(part in inner[0].path for part in SOCKETS) else ""


def _asks_pool(frames: Sequence[Frame]) -> bool:
    return any("/psycopg_pool/" in frame.path for frame in frames)


def _database_reason(frames: Sequence[Frame]) -> str:
    calls = {frame.function for frame in frames}
    return "connection" if calls & {"get_new_connection", "_connect", "connect"} else "answer"


class HangProbe:
    """Asks the workers of one shop where they are."""

    def __init__(
        self, master: int, log: Path, folder: Path, postgres: Postgres, database: str
    ) -> None:
        self._master = master
        self._log = log
        self._folder = folder
        self._postgres = postgres
        self._database = database

    def ask(self) -> Hang:
        """Return where a request is, and what it waits for; :data:`UNKNOWN` where none is seen."""
        at_work: list[tuple[list[Frame], bool, int]] = []
        for worker in children_of(self._master, recursive=False):
            dump, is_busy = self._dump_of(worker)
            at_work += [
                (frames, is_busy, worker)
                for frames in threads_in(dump)
                if frames and self._is_asked(frames)
            ]
        # A worker that spins keeps others waiting: it comes first, and then who is in the shop.
        at_work.sort(key=lambda work: (not work[1], not self._in_shop(work[0])))
        return self._hang_of(*at_work[0]) if at_work else UNKNOWN

    def _is_asked(self, frames: Sequence[Frame]) -> bool:
        return self._in_shop(frames) or any(frame.function in ASKED for frame in frames)

    def _in_shop(self, frames: Sequence[Frame]) -> bool:
        return any(in_shop(frame.path, self._folder) for frame in frames)

    def _dump_of(self, worker: int) -> tuple[str, bool]:
        """Return the threads of *worker* as it writes them down, and whether it is busy."""
        with self._log.open(encoding="utf-8", errors="replace") as log:
            log.seek(0, os.SEEK_END)
            began, used = time.monotonic(), seconds_of([worker])
            looks = [is_runnable(worker)]
            try:
                os.kill(worker, signal.SIGUSR2)
            except ProcessLookupError:
                return "", False
            dump, last, until = "", began, began + DUMP * slowdown()
            while (now := time.monotonic()) < until and not (dump and now > last + QUIET):
                if more := log.read():
                    dump, last = dump + more, now
                looks.append(is_runnable(worker))
                time.sleep(0.02)
        busy = (seconds_of([worker]) - used) / (time.monotonic() - began)
        # On a crowded machine one that would work hardly gets to: it is in the queue, not waiting.
        return dump, busy > 0.5 or sum(looks) > len(looks) / 2

    def _hang_of(self, frames: Sequence[Frame], is_busy: bool, worker: int) -> Hang:
        file, line = place_in(frames, self._folder)
        place = {"file": file, "line": line}
        if is_busy:
            return Hang("page_hangs", place)
        reason = reason_of(frames, self._folder)
        if reason in ("pool", "connection", "answer"):
            with contextlib.suppress(Exception):
                return getattr(self, f"_by_{reason}")(place, worker)  # type: ignore[no-any-return]
        elif reason == "lock":
            return Hang("page_waits_lock", place)
        elif reason == "network":
            return Hang("page_waits_network", place)
        elif reason:
            return Hang("page_waits_service", {**place, "service": reason})
        return Hang("page_waits", place)

    def _by_pool(self, place: dict[str, Any], worker: int) -> Hang:
        return Hang("page_waits_pool", {**place, **self._sessions()})

    def _by_connection(self, place: dict[str, Any], worker: int) -> Hang:
        return Hang("page_waits_connection", {**place, **self._sessions()})

    def _by_answer(self, place: dict[str, Any], worker: int) -> Hang:
        """Return which statement has no answer, and which session keeps it from one.

        Behind pgbouncer it may be somebody else's, who has the connection that *worker* waits for.
        """
        rows = self._sql(
            "SELECT a.query, b.query FROM pg_stat_activity a LEFT JOIN pg_stat_activity b"
            " ON b.pid = ANY (pg_blocking_pids(a.pid)) WHERE a.usename = %s AND a.datname = %s"
            " AND a.state = 'active' ORDER BY b.query IS NULL, a.query_start LIMIT 1"
        )
        if not rows:
            return Hang("page_waits_answer", place)
        statement, other = rows[0]
        place = {**place, "statement": _brief(statement)}
        if other is None:
            return Hang("page_waits_statement", place)
        if not self._is_connected(worker):
            return Hang("page_waits_pgbouncer", {**place, **self._sessions()})
        return Hang("page_waits_row", {**place, "other": _brief(other)})

    def _is_connected(self, worker: int) -> bool:
        """Return whether *worker* has a connection to PostgreSQL itself."""
        found = psutil.Process(worker).net_connections("tcp")
        return any(one.raddr[1:] == (self._postgres.port,) for one in found)

    def _sessions(self) -> dict[str, int]:
        rows = self._sql(
            "SELECT count(*), count(*) FILTER (WHERE state LIKE 'idle%%') FROM pg_stat_activity"
            " WHERE usename = %s AND datname = %s"
        )
        return {"sessions": rows[0][0], "idle": rows[0][1]}

    def _sql(self, query: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(self._postgres.connect("postgres")) as connection:
            rows: list[tuple[Any, ...]] = connection.execute(
                query, [ROLE, self._database]
            ).fetchall()
        return rows


def _brief(statement: str) -> str:
    return cut(" ".join(statement.split()), STATEMENT)
