"""Who waits for whose lock in PostgreSQL: its sessions as chains.

Asked as superuser over one connection, which is one less for everybody: where a level counts them,
nobody asks.
"""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tutor.base.errors import TutorError
from tutor.stack.services.postgres import SUPERUSER, Postgres, spares_none

STATEMENT = 200
"""Characters of a statement that are told."""
WAITING_IN = """
SELECT datname FROM pg_stat_activity
 WHERE backend_type = 'client backend' AND wait_event_type = 'Lock' AND datname IS NOT NULL
 GROUP BY datname ORDER BY count(*) DESC, datname LIMIT 1
"""
SESSIONS = f"""
SELECT a.pid, coalesce(nullif(a.application_name, ''), a.usename::text, ''), a.state,
       left(regexp_replace(a.query, '\\s+', ' ', 'g'), {STATEMENT}),
       coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::float8,
       pg_blocking_pids(a.pid), coalesce(w.mode, ''), coalesce(w.locktype, ''),
       coalesce(w.relation::regclass::text, ''),
       coalesce(extract(epoch FROM a.query_start), 0)::float8
  FROM pg_stat_activity AS a
  LEFT JOIN LATERAL (SELECT mode, locktype, relation FROM pg_locks
                      WHERE pid = a.pid AND NOT granted LIMIT 1) AS w ON true
 WHERE a.datname = current_database() AND a.backend_type = 'client backend'
   AND a.usename <> '{SUPERUSER}' AND a.xact_start IS NOT NULL
 ORDER BY a.xact_start, a.pid
"""  # noqa: S608 - the names are ours


@dataclass(frozen=True, slots=True)
class LockSession:
    """One session that has a transaction open."""

    pid: int
    name: str
    """How it calls itself, else its role."""
    state: str
    statement: str
    """What it does, or did last."""
    seconds: float
    """Since its transaction began."""
    behind: tuple[int, ...] = ()
    """The pids of those it waits for."""
    wants: str = ""
    """The lock it waits for, for example ``AccessExclusiveLock``."""
    kind: str = ""
    """What is locked: ``relation``, ``virtualxid`` for somebody's snapshot, ``transactionid``."""
    relation: str = ""
    """The table, where it is one."""
    asked_at: float = 0.0
    """When its last statement began: two looks that see the same moment see the same one."""

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for somebody."""
        return bool(self.behind)


@dataclass(frozen=True, slots=True)
class Link:
    """One session of a chain, and how deep in it."""

    session: LockSession
    depth: int
    is_last: bool = True
    """Whether nobody else waits for the same session after it."""


def sessions_in(connection: Any) -> list[LockSession]:
    """Return the sessions of the database that *connection* is in, the oldest transaction first."""
    return [
        LockSession(pid, name, state or "", statement, seconds, tuple(behind), *lock)
        for pid, name, state, statement, seconds, behind, *lock in connection.execute(SESSIONS)
    ]


def look_at_locks(postgres: Postgres, database: str) -> list[LockSession]:
    """Return the sessions of the database in which most wait; of *database* where nobody waits.

    Raises:
        TutorError: the server has no connection to spare.
    """
    if spares_none(limit := postgres.max_connections):
        raise TutorError.named("locks_unseen", connections=limit)
    with contextlib.closing(postgres.connect(database)) as connection:
        row = connection.execute(WAITING_IN).fetchone()
        if row is None or row[0] == database:
            return sessions_in(connection)
    with contextlib.closing(postgres.connect(row[0])) as connection:
        return sessions_in(connection)


def chains(sessions: Iterable[LockSession]) -> list[Link]:
    """Return those who wait under whom they wait for, each chain from its head on.

    Whoever waits for several stands under the one that waits itself: behind the last in the queue.
    """
    known = {session.pid: session for session in sessions}
    under: dict[int, list[LockSession]] = {}
    for session in known.values():
        if heads := [known[pid] for pid in session.behind if pid in known]:
            nearest = next((one for one in heads if one.is_waiting), heads[0])
            under.setdefault(nearest.pid, []).append(session)
    heads = [known[pid] for pid in under if not known[pid].is_waiting]
    found: list[Link] = []
    for head in heads:
        found.append(Link(head, 0))
        _add(found, under, under.pop(head.pid), 1)
    return found


def _add(
    found: list[Link],
    under: dict[int, list[LockSession]],
    waiting: Sequence[LockSession],
    depth: int,
) -> None:
    """Add those *waiting*, and whoever waits behind them; nobody twice."""
    for session in waiting:
        found.append(Link(session, depth, session is waiting[-1]))
        _add(found, under, under.pop(session.pid, []), depth + 1)
