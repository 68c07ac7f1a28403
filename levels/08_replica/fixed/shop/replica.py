"""db2, the copy of db1: it may be late, silent or gone, and no page may depend on it.

db2 is read only while somebody opened it, so whatever nobody thought of is read from db1. Positions
in PostgreSQL's log say how late it is; clocks do not, as they go on where nobody writes.
"""

import time
from contextvars import ContextVar

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

ALIAS = "replica"
FAILURES = (OperationalError, InterfaceError)
"""What Django says when a server is not there, or not any more."""
COOL_DOWN = 5.0
"""Seconds for which a server that did not answer is left alone."""
MOST_BEHIND = 1024 * 1024
"""Bytes of db1's log that db2 may still have to read."""
LOOK_EVERY = 1.0
"""Seconds for which what db1 had written is good enough to compare with."""

WRITTEN = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"
READ_SO_FAR = "SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint"


class Replica:
    """What this process knows of db2, and whether the page at hand may be read from it."""

    def __init__(self) -> None:
        self._is_open: ContextVar[bool] = ContextVar("db2_is_open", default=False)
        self._left_alone_until = 0.0
        self._written = 0
        self._looked_at = float("-inf")

    @property
    def is_open(self) -> bool:
        """Whether the page at hand is read from db2."""
        return self._is_open.get()

    def open(self, *, at_least: int = 0) -> None:
        """Read the page at hand from db2, if it answers and has come *at_least* so far."""
        self._is_open.set(self._may_be_read(at_least))

    def close(self) -> None:
        """Read from db1 again."""
        self._is_open.set(False)

    def fail(self) -> None:
        """Read from db1, and leave db2 alone for a while: it died over a question."""
        self.close()
        self._leave_alone()
        connections[ALIAS].close()

    def written(self) -> int:
        """Return how far db1 has written its log at this moment."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(WRITTEN)
            return int(cursor.fetchone()[0])

    def _may_be_read(self, at_least: int) -> bool:
        if ALIAS not in connections.settings or time.monotonic() < self._left_alone_until:
            return False
        try:
            position = self._position()
        except FAILURES:
            return False
        return position >= max(at_least, self._written_lately() - MOST_BEHIND)

    def _position(self) -> int:
        """Return how far db2 has read; a connection that died since the last page is replaced."""
        connection = connections[ALIAS]
        for is_new in (connection.connection is None, True):
            if is_new:
                # Until it is known to answer: whoever comes meanwhile need not wait at this door.
                self._leave_alone()
            try:
                with connection.cursor() as cursor:
                    cursor.execute(READ_SO_FAR)
                    position = cursor.fetchone()[0]
            except FAILURES:
                connection.close()
                if is_new:
                    raise
            else:
                self._left_alone_until = 0.0
                return int(position or 0)
        raise AssertionError("the second try returns or raises")

    def _written_lately(self) -> int:
        """Return how far db1 had written a moment ago: asking it for each page would load it."""
        if time.monotonic() > self._looked_at + LOOK_EVERY:
            self._looked_at = time.monotonic()
            self._written = self.written()
        return self._written

    def _leave_alone(self) -> None:
        self._left_alone_until = time.monotonic() + COOL_DOWN


replica = Replica()
