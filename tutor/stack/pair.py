"""A pair of PostgreSQL servers that a run has to itself: the first may die, the second takes over.

The stack's own servers hold the databases of every shop, so what cannot be undone happens to these:
copies of them, which are gone when the run is. A commit on the first counts once the second has it.
"""

import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from typing import Any

from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.base.locks import if_free, locked
from tutor.machine.command import Command
from tutor.machine.disk import check_room
from tutor.machine.processes import send_signal
from tutor.machine.slowdown import slowdown
from tutor.stack.replicas import COPY_TIMEOUT, ROOM
from tutor.stack.services.postgres import ROLE, Postgres
from tutor.stack.services.replica import Replica
from tutor.stack.stack import Stack

FIRST, SECOND = "pair-db1", "pair-db2"
LOCK = "pair.lock"
CHANGING = 20.0
"""Seconds in which a server does what it was told."""
POLL = 0.01
LINES = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
CUT = "ALTER SYSTEM SET primary_conninfo = ''"
WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usename = %s AND wait_event = 'SyncRep'
"""
END_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = %s
"""


class Follower(Replica):
    """One of the pair that follows the other; no replica of the stack's."""

    kind = ""


class First(Follower):
    """The one that takes writes: a copy of the stack's first server that follows nobody."""

    def copy_command(self) -> Command:
        """Return the command that copies the data; whom to follow is not noted."""
        command = super().copy_command()
        argv = tuple(word for word in command.argv if word != "--write-recovery-conf")
        return replace(command, argv=argv)

    def command(self) -> Command:
        """Return the command that runs the server: a commit waits until the second one has it."""
        command = super().command()
        return replace(command, argv=(*command.argv, "-c", "synchronous_standby_names=*"))


class Pair:
    """Two servers, up and in step; :func:`paired` opens and ends them."""

    def __init__(self, stack: Stack, origin: Postgres, servers: tuple[str, str]) -> None:
        self.stack = stack
        ports = stack.placement.ports({FIRST: 0, SECOND: 0})
        self.first: Replica = self._member(First, origin, FIRST, servers[0], ports[FIRST])
        self.second: Replica = self._member(Follower, self.first, SECOND, servers[1], ports[SECOND])

    def _member(
        self, kind: type[Replica], source: Postgres, title: str, server: str, port: int
    ) -> Replica:
        folder = self.stack.placement.temporary(server) / title
        return kind(source, folder, self.stack.log(title), title=title, server=server, port=port)

    def begin(self, cancel: Cancel) -> None:
        """Copy the data and start both; the second follows when this returns."""
        check_room(self.stack.folder, 2 * ROOM)
        self._start(self.first, cancel)
        self._start(self.second, cancel)
        self._await_lines(self.first, 1, cancel)

    def _start(self, server: Replica, cancel: Cancel) -> None:
        server.prepare_copy()
        self.stack.run(server.copy_command(), cancel, timeout=COPY_TIMEOUT * slowdown())
        self.stack.start(server, cancel)

    def _await_lines(self, source: Replica, many: int, cancel: Cancel) -> None:
        """Wait until *many* servers follow *source*.

        Raises:
            TutorError: they do not.
        """
        deadline = time.monotonic() + CHANGING * slowdown()
        with closing(source.connect("postgres")) as connection:
            while connection.execute(LINES).fetchone()[0] != many:
                if time.monotonic() > deadline:
                    raise TutorError.named("replica_behind", hint="see_log", service=SECOND)
                cancel.wait(POLL)

    # -- what happens to them ----------------------------------------------------------------------

    def cut_line(self, cancel: Cancel) -> None:
        """Have the second receive nothing more: from here on no commit on the first is through."""
        with closing(self.second.connect("postgres")) as connection:
            connection.execute(CUT)
            connection.execute("SELECT pg_reload_conf()")
        self._await_lines(self.first, 0, cancel)

    def waiting(self, database: str) -> int:
        """Return how many of the shop's commits wait for the second server."""
        return int(_ask(self.first, database, WAITING, [database, ROLE])[0][0])

    def kill_first(self) -> None:
        """End the first server with all its processes and without a word of warning."""
        send_signal(self.stack.pids(FIRST), signal.SIGKILL)
        self.stack.stop(FIRST, grace=0)

    def promote(self) -> None:
        """Have the second server take writes; what it had received is there.

        Raises:
            TutorError: it does not.
        """
        seconds = round(CHANGING * slowdown())
        if not _ask(self.second, "postgres", f"SELECT pg_promote(true, {seconds})")[0][0]:
            raise TutorError.named("replica_behind", hint="see_log", service=SECOND)

    def bring_back(self, cancel: Cancel) -> None:
        """Start the first server again on its port: as a copy of the second, as whoever lost."""
        first = self.first
        self.first = self._member(Follower, self.second, FIRST, first.server, first.port)
        self._start(self.first, cancel)
        self._await_lines(self.second, 1, cancel)

    def end_sessions(self, database: str) -> None:
        """End the shop's sessions on the second server: each has to connect anew."""
        _ask(self.second, "postgres", END_SESSIONS, [database, ROLE])

    def ask_second(self, database: str, query: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return the rows of *query* in *database* on the second server, asked as superuser.

        Raises:
            TutorError: it is not there any more, which is nobody's doing.
        """
        if not self.stack.is_running(SECOND):
            code = self.stack.status_of(SECOND).code or -1
            raise TutorError.named("postgres_died", code=code)
        return _ask(self.second, database, query, params)


def _ask(
    server: Replica, database: str, query: str, params: Sequence[Any] = ()
) -> list[tuple[Any, ...]]:
    with closing(server.connect(database)) as connection:
        rows: list[tuple[Any, ...]] = connection.execute(query, params or None).fetchall()
        return rows


@contextmanager
def paired(
    stack: Stack, origin: Postgres, servers: tuple[str, str], cancel: Cancel
) -> Iterator[Pair]:
    """Have a pair, which begins as *origin* is, on its *servers* during the block."""
    with locked(stack.folder / LOCK, cancel), ExitStack() as ending:
        _end(stack)
        ending.callback(_end, stack)
        pair = Pair(stack, origin, servers)
        pair.begin(cancel)
        yield pair


def sweep(stack: Stack) -> None:
    """End the pair of a run that was killed while somebody else held the stack."""
    status = stack.status()
    if FIRST in status or SECOND in status:
        with if_free(stack.folder / LOCK) as ours:
            if ours is not None:
                _end(stack)


def _end(stack: Stack) -> None:
    """End both, and remove their data; there may be none."""
    status = stack.status()
    for title in {FIRST, SECOND} & status.keys():
        # As if the machine were switched off: a commit may be waiting for whoever is gone.
        send_signal(stack.pids(title), signal.SIGKILL)
        stack.stop(title, grace=0)
    # One that was killed is known no more, and its data are there.
    for server in {one.info.server for one in status.values()}:
        for title in (FIRST, SECOND):
            shutil.rmtree(stack.placement.temporary(server) / title, ignore_errors=True)
