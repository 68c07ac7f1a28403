"""One session of our own in a shop's database, whose work can be told from the shop's."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from tutor.machine.processes import seconds_of
from tutor.stack.ground import Ground

Rows = list[tuple[Any, ...]]


class OwnConnection:
    """Asks as superuser over one connection, and knows what its backend used.

    A new connection for each question would cost PostgreSQL a process each time, and what a
    process used that has ended is in the same account as everybody's.
    """

    def __init__(self, ground: Ground, database: str) -> None:
        self._ground = ground
        self._database = database
        self._connection: Any = None
        self._pids: list[int] = []

    def __enter__(self) -> Self:
        """Connect."""
        self._connection = self._ground.postgres.connect(self._database)
        pid = self._connection.info.backend_pid
        # Elsewhere than on this machine it may be the number of somebody else.
        self._pids = [pid] if pid in self._ground.postgres_pids() else []
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End."""
        self._connection.close()

    def ask(self, query: str, params: Sequence[Any]) -> Rows:
        """Return the rows of *query*."""
        return rows_of(self._connection, query, params)

    def cpu_seconds(self) -> float:
        """Return the CPU seconds its backend used so far; 0 where nobody can tell."""
        return seconds_of(self._pids)


def rows_of(connection: Any, query: str, params: Sequence[Any]) -> Rows:
    """Return the rows of *query*; none where it has no result."""
    cursor = connection.execute(query, params or None)
    return cursor.fetchall() if cursor.description else []
