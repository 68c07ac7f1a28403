"""People who are in the database during a migration: one reads for long, others come by."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from types import TracebackType
from typing import Any, Self

from tutor.stack.databases import Databases

PATIENT = "-c lock_timeout=0 -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
"""People wait as long as it takes, whatever the shop's role was told."""


class Accountant:
    """Reads a report that takes its time: one transaction, one snapshot, and many tables."""

    name = "accountant"

    def __init__(self, databases: Databases, database: str, report: Sequence[str]) -> None:
        self.was_ended = False
        """Whether somebody ended the session."""
        self.pid = 0
        """The session's number in PostgreSQL; 0 while nobody reads."""
        self._databases = databases
        self._database = database
        self._report = report
        self._session: Any = None

    def sit_down(self) -> None:
        """Begin the report, and leave it open; who reads already goes on."""
        if self._session is not None:
            return
        self._session = self._databases.connect(self._database, self.name, PATIENT)
        self.pid = self._session.info.backend_pid
        self._session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        for query in self._report:
            self._session.execute(query)

    def leave(self) -> None:
        """End the report; notice whether somebody else did."""
        session, self._session, self.pid = self._session, None, 0
        if session is None:
            return
        import psycopg

        with closing(session):
            try:
                session.execute("SELECT 1")
                session.execute("ROLLBACK")
            except psycopg.Error:
                self.was_ended = True


class Passersby:
    """Visitors, each with one statement that takes no time unless somebody keeps them out."""

    def __init__(self, databases: Databases, database: str, acts: dict[str, str]) -> None:
        self._databases = databases
        self._database = database
        self._acts = acts
        self._sessions: dict[str, Any] = {}
        self.pids: dict[int, str] = {}
        """Who they are, by their numbers in PostgreSQL."""
        self._pool = ThreadPoolExecutor(max(1, len(acts)))
        self._under_way: dict[str, Future[None]] = {}

    def __enter__(self) -> Self:
        """Connect."""
        for name in self._acts:
            session = self._databases.connect(self._database, name, PATIENT)
            self._sessions[name] = session
            self.pids[session.info.backend_pid] = name
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Go home."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for session in self._sessions.values():
            with suppress(Exception):
                session.cancel()
                session.close()

    def come(self) -> None:
        """Have each of them do their one thing; who is still at it goes on."""
        for name in self._acts:
            if name not in self._under_way or self._under_way[name].done():
                self._under_way[name] = self._pool.submit(self._act, name)

    @property
    def at_it(self) -> list[str]:
        """Who has no answer yet."""
        return [name for name, act in self._under_way.items() if not act.done()]

    def finish(self) -> None:
        """Wait until each has an answer."""
        for act in self._under_way.values():
            with suppress(Exception):
                act.result(timeout=10)
        self._under_way.clear()

    def _act(self, name: str) -> None:
        # What they write is taken back: they only stand for those who come by.
        session = self._sessions[name]
        session.execute("BEGIN")
        with suppress(Exception):
            session.execute(self._acts[name])
        session.execute("ROLLBACK")
