"""A gate in the database, at which a migration waits for its turn.

Locks are the one thing that two processes of any placement share: nothing is polled, no file
written, and whoever dies lets go.
"""

import contextlib
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tutor.probes import inside
from tutor.stack.services.postgres import Postgres

GATE = 0x47A7E
"""The class of the gate's advisory locks."""
MOST = 200
"""Turns for which the gate is closed from the start: more than any release has."""
WAITING = f"""
SELECT l.objid::int, a.application_name
  FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
 WHERE l.locktype = 'advisory' AND l.classid = {GATE} AND NOT l.granted
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 - the number is ours
CALLED = "turn "
"""What the waiting session calls itself, followed by its turn and the migration's name."""
MODELS = "levelup-models "
"""What the line begins with that says which models the code has now."""
INSIDE = Path(inside.__file__).with_name("roll_out.py")
"""What is run in the shop."""
AT_THE_GATE = Path(inside.__file__).with_name("at_the_gate.py")
"""What each Python begins with there, whoever started it."""


class Gate:
    """Knows who waits for a turn, and opens."""

    def __init__(self, postgres: Postgres, database: str) -> None:
        self._postgres = postgres
        self._database = database
        self._connection: Any = None

    def __enter__(self) -> Self:
        """Close every turn."""
        self._connection = self._postgres.connect(self._database)
        query = "SELECT pg_advisory_lock(%s, n) FROM generate_series(0, %s) AS n"
        self._connection.execute(query, [GATE, MOST])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Let everybody through."""
        with contextlib.suppress(Exception):
            self._connection.close()

    def waiting(self) -> tuple[int, str] | None:
        """Return the turn that somebody waits for, and the name of the migration."""
        row = self._connection.execute(WAITING).fetchone()
        if row is None:
            return None
        turn, called = row
        return turn, called.removeprefix(f"{CALLED}{turn} ")

    def open(self, turn: int) -> None:
        """Let *turn* begin."""
        self._connection.execute("SELECT pg_advisory_unlock(%s, %s)", [GATE, turn])
