"""PostgreSQL's sessions while something happens: whose they are, and how many at once."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self

from tutor.base.background import Background
from tutor.base.errors import TutorError
from tutor.lab.own_connection import Rows, rows_of
from tutor.stack.services.postgres import Postgres

OURS = 2
"""Sessions that we hold ourselves while we look."""
EVERY = 0.02
"""Seconds between two looks."""
BETWEEN = 0.1
"""Seconds between two looks beyond which nobody knows what the shop did meanwhile."""
SETTLING = 5.0
"""Seconds our closed sessions may take to be gone."""
SUPERUSERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE backend_type = 'client backend' AND usename = current_user
"""
PRESENT = """
SELECT array_agg(pid) FILTER (WHERE datname = %s AND usename = 'shop'),
       count(*) FILTER (WHERE usename NOT IN ('shop', current_user)
                           OR datname IS DISTINCT FROM %s AND usename <> current_user),
       count(*) FILTER (WHERE datname = %s AND usename = current_user AND backend_start > (
           SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())),
       count(*) FILTER (WHERE datname = %s AND usename = 'shop' AND wait_event = 'PgSleep')
  FROM pg_stat_activity WHERE backend_type = 'client backend'
"""


ON_REPLICA = """
SELECT pid, wait_event = 'PgSleep' FROM pg_stat_activity
 WHERE backend_type = 'client backend' AND datname = %s AND usename = 'shop'
"""


class Backends:
    """Looks at PostgreSQL's sessions fifty times a second, over one session of its own.

    Over one more on each of *replicas*: a connection is one wherever it leads.
    """

    def __init__(
        self,
        postgres: Postgres,
        database: str,
        seen: Callable[[int], None] = lambda peak: None,
        replicas: Sequence[Postgres] = (),
    ) -> None:
        self.peak = 0
        """The most sessions the shop had at once; *seen* is told while it grows.

        Only those count that are there at two looks in a row: one that was closed takes a moment to
        go, and whoever comes next is not one more.
        """
        self.guests = 0
        """The most sessions that others had."""
        self.superusers = 0
        """The most superuser sessions in the shop's database that began since."""
        self.asleep = 0
        """The most sessions of the shop that slept at once, as slow work does here."""
        self.slept = 0.0
        """Seconds for which sessions of the shop slept, all of them together."""
        self.dozed = 0.0
        """Seconds for which at least one of them slept."""
        self.held_up_ms = 0.0
        """The longest time between two looks."""
        self._postgres = postgres
        self._replicas = replicas
        self._copies: dict[str, Any] = {}
        """Our session on each replica that still answers, by its title."""
        self._database = database
        self._seen = seen
        self._session: Any = None
        self._watch = Background("sessions", self._run)
        self._ends = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Begin, once our own sessions are as few as they will be.

        Raises:
            TutorError: they do not get fewer: what we hold would be counted as the shop's.
        """
        with contextlib.ExitStack() as ends:
            self._session = ends.enter_context(
                contextlib.closing(self._postgres.connect(self._database))
            )
            # A session that was closed holds its slot a moment longer.
            deadline = time.monotonic() + SETTLING
            while (ours := self._superusers()) > OURS:
                if time.monotonic() > deadline:
                    raise TutorError.named("sessions_left_open", hint="not_yours", count=ours)
                self._watch.over.wait(EVERY)
            for replica in self._replicas:
                session = ends.enter_context(contextlib.closing(replica.connect(self._database)))
                self._copies[replica.title] = session
            ends.enter_context(self._watch)
            self._ends = ends.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        place: TracebackType | None,
    ) -> None:
        """End.

        Raises:
            TutorError: the looks had ended before: nobody knows the peak.
        """
        self._ends.__exit__(kind, error, place)

    def check(self) -> None:
        """Make sure that somebody is still looking.

        Raises:
            TutorError: the looks have ended.
        """
        self._watch.check()

    def ask(self, query: str, params: Sequence[Any] = ()) -> Rows:
        """Return the rows of *query* in the shop's database, over the session that is open anyway.

        It takes no slot that somebody of the shop may want, and is not one of the superusers.
        """
        return rows_of(self._session, query, params)

    def _superusers(self) -> int:
        return int(self._session.execute(SUPERUSERS).fetchone()[0])

    def _run(self, over: threading.Event) -> None:
        last, before = time.monotonic(), set[tuple[str, int]]()
        while not over.wait(EVERY):
            row = self._session.execute(PRESENT, [self._database] * 4).fetchone()
            elsewhere = dict(self._elsewhere())
            present = {("", pid) for pid in row[0] or ()} | elsewhere.keys()
            if len(present & before) > self.peak:
                self.peak = len(present & before)
                self._seen(self.peak)
            before = present
            self.guests = max(self.guests, row[1])
            self.superusers = max(self.superusers, row[2])
            asleep = row[3] + sum(map(bool, elsewhere.values()))
            self.asleep = max(self.asleep, asleep)
            now = time.monotonic()
            passed = min(now - last, BETWEEN)
            self.slept += asleep * passed
            self.dozed += passed if asleep else 0.0
            self.held_up_ms, last = max(self.held_up_ms, (now - last) * 1000), now

    def _elsewhere(self) -> Iterator[tuple[tuple[str, int], bool]]:
        """Yield the shop's sessions on replicas, and whether each sleeps; a dead one has none."""
        import psycopg

        for title, session in list(self._copies.items()):
            try:
                rows = session.execute(ON_REPLICA, [self._database]).fetchall()
            except psycopg.OperationalError:
                del self._copies[title]
                continue
            yield from (((title, pid), sleeps) for pid, sleeps in rows)
