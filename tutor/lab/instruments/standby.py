"""A replica of the shop's PostgreSQL, with its switches: what lags, falls silent or dies does so
when it is told to, never by load, and runs again at the end of the block."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tutor.base.errors import TutorError
from tutor.lab.kept_sessions import KeptSessions
from tutor.lab.own_connection import Rows
from tutor.machine.processes import children_of, standing_still
from tutor.machine.slowdown import slowdown
from tutor.probes.statements import StatementLog, Statements
from tutor.stack.black_hole import BlackHole
from tutor.stack.replicas import Replicas, written_by
from tutor.stack.services.replica import Replica

if TYPE_CHECKING:
    from tutor.lab.instruments.context import Context
    from tutor.lab.shop import Shop

PAUSING = 10.0
"""Seconds in which a replica that was told to wait does so."""
PROMOTING = 20
"""Seconds in which a replica becomes a server of its own."""
RESTS = """
SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn
   AND coalesce(clock_timestamp() - pg_last_xact_replay_timestamp() >= make_interval(secs => %s),
                true)
"""
BEHIND = "SELECT pg_wal_lsn_diff(%s::pg_lsn, pg_last_wal_replay_lsn())"


class Standby:
    """One replica, as one shop sees it."""

    def __init__(self, lab: Context, shop: Shop, title: str) -> None:
        self.title = title
        self.shop = shop
        self._cancel = lab.cancel
        self._known: Replica | None = None

    # -- what it has -------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        """Its port on loopback; the same after each restart."""
        return self._replica.port

    @property
    def server(self) -> str:
        """The server on which it runs."""
        return self._replica.server

    @property
    def is_running(self) -> bool:
        """Whether it runs at this moment."""
        return self.shop.ground.stack.is_running(self.title)

    def sql(self, query: str, params: Sequence[Any] = ()) -> Rows:
        """Run *query* in the shop's database on the replica as superuser, uncounted."""
        return self._sessions.ask(query, params)

    @cached_property
    def _sessions(self) -> KeptSessions:
        return self.shop.keeping(lambda: self._replica.connect(self.shop.database))

    @contextmanager
    def counting(self) -> Iterator[Statements]:
        """Count what the shop asks the replica during the block, in which it must not restart."""
        with StatementLog(self._replica).counting(self.shop.database) as statements:
            yield statements

    def await_rest(self, seconds: float) -> None:
        """Wait until it shows all there is, and nobody has committed for so long.

        Nothing is written for that. Where somebody always writes, this ends after a while.
        """
        deadline = time.monotonic() + PAUSING * slowdown()
        while not self._rests(seconds) and time.monotonic() < deadline:
            self._cancel.wait(0.05)

    def _rests(self, seconds: float) -> bool:
        written = self.shop.sql("SELECT pg_current_wal_flush_lsn()")[0][0]
        return bool(self.sql(RESTS, [written, seconds])[0][0])

    def behind(self) -> int:
        """Return the bytes that were written and that the replica does not show yet."""
        return max(0, int(self.sql(BEHIND, [self._written()])[0][0]))

    def catch_up(self) -> None:
        """Wait until it shows everything that was committed until now.

        Raises:
            TutorError: it does not; at once where it is paused.
        """
        self._replicas.catch_up(self._replica, self._cancel, self.sql, self._written())

    def _written(self) -> str:
        return written_by(self.shop.sql)

    # -- it lags -----------------------------------------------------------------------------------

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Have it show nothing newer than now during the block: it answers, and it lags.

        Open every shop before: no new database reaches it meanwhile. A restart ends a pause.
        """
        self._replicas.hold(self._cancel)
        self.catch_up()
        try:
            self._pause()
            yield
        finally:
            self._resume()

    @contextmanager
    def resumed(self) -> Iterator[None]:
        """Within :meth:`paused`, have it catch up and follow during the block."""
        self._resume()
        try:
            yield
        finally:
            self.catch_up()
            self._pause()

    def _pause(self) -> None:
        """Have it replay nothing more.

        Raises:
            TutorError: it goes on.
        """
        deadline = time.monotonic() + PAUSING * slowdown()
        with closing(self._replica.connect("postgres")) as connection:
            connection.execute("SELECT pg_wal_replay_pause()")
            state = "SELECT pg_get_wal_replay_pause_state()"
            while connection.execute(state).fetchone()[0] != "paused":
                if time.monotonic() > deadline:
                    raise TutorError.named("replica_not_paused", hint="see_log", service=self.title)
                self._cancel.wait(0.002)

    def _resume(self) -> None:
        """Let it follow again; one that was killed, restarted or promoted is not paused."""
        if not self.is_running:
            return
        with closing(self._replica.connect("postgres")) as connection:
            if connection.execute("SELECT pg_is_in_recovery()").fetchone()[0]:
                connection.execute("SELECT pg_wal_replay_resume()")
                self.catch_up()

    # -- it is silent, or dead ---------------------------------------------------------------------

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Have it stand still during the block: who is connected, or connects, hears nothing."""
        self._replicas.hold(self._cancel)
        master = self._replicas.pids(self.title)[0]
        # Its children only then: it makes no more of them.
        with standing_still([master]), standing_still(children_of(master)):
            yield

    @contextmanager
    def silent(self) -> Iterator[BlackHole]:
        """Have a black hole stand in its place during the block; it counts who tries.

        Whoever was connected is not any more; the replica starts again at the end.
        """
        stack = self.shop.ground.stack
        hole = BlackHole(stack, self.server, self.port)
        with self.down():
            stack.start(hole, self._cancel)
            try:
                yield hole
            finally:
                stack.stop(hole.name, grace=0)

    @contextmanager
    def down(self) -> Iterator[None]:
        """Have it dead during the block: whoever connects is refused."""
        self.kill()
        try:
            yield
        finally:
            self.restart()

    def kill(self) -> None:
        """End it with all its processes and without a word of warning."""
        self._replica  # noqa: B018 - known from here on, so that it can be started again
        self._replicas.hold(self._cancel)
        self._replicas.kill(self.title)

    def restart(self) -> None:
        """Start it again where it was; it has caught up when this returns. It may be running."""
        replica = self._replica
        self._replicas.hold(self._cancel)
        if self.is_running:
            self._replicas.kill(self.title)
        self._replicas.start(replica, self._cancel)
        self.shop.site.servers.take(self.title)

    def promote(self) -> None:
        """Make it a server of its own, which takes writes; what was received counts.

        It follows nobody any more: after the run it is made anew.

        Raises:
            TutorError: it does not become one.
        """
        self._replicas.hold(self._cancel)
        if not self.sql(f"SELECT pg_promote(true, {PROMOTING})")[0][0]:
            raise TutorError.named("replica_behind", hint="see_log", service=self.title)

    # -- where it is -------------------------------------------------------------------------------

    @property
    def _replicas(self) -> Replicas:
        return self.shop.ground.replicas

    @property
    def _replica(self) -> Replica:
        """Return what runs under its name, or did until it was killed.

        Raises:
            TutorError: the shop has no such replica; an experiment asks ``shop.replicas`` first.
        """
        if self._known is None:
            running = self._replicas.running()
            if self.title not in self.shop.replicas or self.title not in running:
                raise TutorError.named("no_service", service=self.title)
            self._known = running[self.title]
        return self._known
