"""A table that nobody may read: whoever asks for it is held, on every server, and counted.

PostgreSQL hands an exclusive lock on to its replicas, so one lock holds who asks db1 and who asks
db2. What several visitors do at the same moment needs no luck then: they stand there together.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from tutor.base.errors import TutorError
from tutor.lab.own_connection import rows_of
from tutor.machine.slowdown import slowdown
from tutor.stack.services.postgres import ROLE

if TYPE_CHECKING:
    from tutor.lab.instruments.standbys import Standbys
    from tutor.lab.shop import Shop

FREE_WITHIN = 10.0
"""Seconds in which whoever is at it has finished: who waits for the lock keeps out all others."""
HELD = """
SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
 WHERE locktype = 'relation' AND NOT granted AND relation = to_regclass(%s) AND usename = %s
"""
FLUSH = "SELECT pg_logical_emit_message(true, 'levelup', 'locked')"
"""Commits something, so that the lock before it leaves for the replicas at once."""
ALL, WRITERS = "ACCESS EXCLUSIVE", "EXCLUSIVE"
"""The lock that holds whoever asks for a table, and the one that holds who writes to it."""


class LockedTable:
    """One *table* of *shop*, which *standbys* have too."""

    def __init__(self, shop: Shop, standbys: Standbys, table: str, mode: str = ALL) -> None:
        self._shop = shop
        self._standbys = standbys
        self._table = f"public.{table}"
        self._mode = mode

    @property
    def held(self) -> int:
        """How many sessions of the shop stand before it at this moment, on any server."""
        return sum(int(ask.sql(HELD, [self._table, ROLE])[0][0]) for ask in self._servers)

    @contextmanager
    def locked(self) -> Iterator[LockedTable]:
        """Lock it during the block; the replicas have the lock when the block begins.

        Raises:
            TutorError: somebody else keeps the table.
        """
        postgres, database = self._shop.ground.postgres, self._shop.database
        with closing(postgres.connect(database, autocommit=False)) as session:
            lock(session, self._table, self._mode)
            if self._mode == ALL:
                self._shop.sql(FLUSH)
                self._standbys.catch_up()
            try:
                yield self
            finally:
                # A commit is handed on at once, a rollback when there is time.
                session.commit()

    @property
    def _servers(self) -> list[Any]:
        return [self._shop, *self._standbys]


def lock(session: Any, table: str, mode: str) -> None:
    """Have *session*, in a transaction, lock *table*.

    Raises:
        TutorError: somebody else keeps the table.
    """
    import psycopg

    seconds = FREE_WITHIN * slowdown()
    rows_of(session, f"SET LOCAL lock_timeout = {round(seconds * 1000)}", ())
    try:
        rows_of(session, f"LOCK TABLE {table} IN {mode} MODE", ())
    except psycopg.errors.LockNotAvailable as error:
        raise TutorError.named(
            "table_in_use", hint="never_idle_hint", table=table, seconds=seconds
        ) from error
