"""The figures of PostgreSQL and its replicas.

Sessions are read off the titles of processes: a connection of ours would take one of the slots that
a level counts. Reads are counted in the log that the servers write anyway, where there is more than
one server to read from. Two things only a session tells, and one is opened for them for a moment:
how old the oldest transaction is, where one holds others up and the level wants to know, and how
far behind a replica is.
"""

import contextlib
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.machine.command import ServiceInfo
from tutor.machine.processes import read_bytes, stands_still
from tutor.stack.services.postgres import ROLE, SUPERUSER, spares_none, superuser_session
from tutor.stack.snapshot import Figures, SystemSnapshot

SESSION = re.compile(rb"postgres: (\S+) (\S+) 127\.0\.0\.1\(\d+\) ?([^\0]*)")
OLDEST_TRANSACTION = "oldest_transaction"
SENDER = b"walsender"
"""Stands where a session has its user: it serves a replica, and takes none of the connections."""
READ = re.compile(
    rb'"user":"' + ROLE.encode() + rb'"[^\n]*"message":"(?:statement|execute [^:"]*): SELECT'
)
MOST_READ = 8 * 2**20
"""Bytes of a log that are looked through at one look."""
OLDEST = """
SELECT coalesce(max(extract(epoch FROM now() - xact_start)), 0)::float
  FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
PATIENCE = 2
"""Seconds that a server has to let us in."""
LAG = """
SELECT coalesce(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), 0)::bigint,
       pg_is_in_recovery() AND pg_is_wal_replay_paused()
"""


@dataclass(frozen=True, slots=True)
class Session:
    """One session, as the title of its process tells."""

    pid: int
    user: bytes
    does: bytes

    @property
    def holds(self) -> bool:
        """Whether it has a transaction open and does nothing."""
        return self.does.startswith(b"idle in transaction")


def postgres(info: ServiceInfo, pids: list[int], system: SystemSnapshot) -> Figures:
    """Return its sessions, who waits for a lock, how old a transaction is, and its reads."""
    sessions = list(_sessions(pids))
    waiting = sum(session.does.rstrip().endswith(b" waiting") for session in sessions)
    return {
        **_counted(info, sessions),
        "ours": sum(session.user == SUPERUSER.encode() for session in sessions),
        "in_transaction": sum(session.holds for session in sessions),
        "waiting_for_lock": waiting,
        OLDEST_TRANSACTION: _oldest(info, system, sessions, is_asked=waiting > 0),
        "reads": _reads(system.folder / "postgres", info, system) if system.replicas else 0.0,
    }


def replica(info: ServiceInfo, pids: list[int], system: SystemSnapshot) -> Figures:
    """Return its sessions, its reads, how far it is behind, and whether it was told to wait."""
    figures = {
        **_counted(info, list(_sessions(pids))),
        "reads": _reads(system.replicas[info.title], info, system),
        "lag_kb": None,
        "paused": 0,
    }
    # One that stands still would have us wait for its answer.
    if not stands_still(pids) and (row := _ask(info.port, system, LAG)):
        figures |= {"lag_kb": max(0, row[0]) // 1024, "paused": int(row[1])}
    return figures


def _sessions(pids: Sequence[int]) -> Iterator[Session]:
    for pid in pids[1:]:
        with contextlib.suppress(OSError):
            session = SESSION.match(read_bytes(f"/proc/{pid}/cmdline", 512))
            if session and session[1] != SENDER:
                yield Session(pid, session[1], session[3])


def _counted(info: ServiceInfo, sessions: Sequence[Session]) -> Figures:
    return {
        "connections": len(sessions),
        "limit": info.max_connections,
        "active": sum(not session.does.startswith(b"idle") for session in sessions),
    }


def _oldest(
    info: ServiceInfo, system: SystemSnapshot, sessions: Sequence[Session], *, is_asked: bool
) -> float | None:
    """Return the seconds of the oldest transaction; 0 where none holds anybody up.

    None where nobody wants to know, or where connections are counted and none is to spare. Else
    PostgreSQL is asked where somebody waits for a lock, or a session was idle in a transaction at
    the look before as well.
    """
    if spares_none(info.max_connections) or not system.wants(f"{info.kind}.{OLDEST_TRANSACTION}"):
        return None
    key = ("held", info.port)
    held = {session.pid for session in sessions if session.holds}
    before, system.memory[key] = system.memory.get(key, set()), held
    if not is_asked and not held & before:
        return 0.0
    row = _ask(info.port, system, OLDEST)
    return round(float(row[0]), 1) if row else 0.0


def _reads(folder: Path, info: ServiceInfo, system: SystemSnapshot) -> float:
    """Return how many times in a second the shops read here, since the last look."""
    key, now = ("reads", info.port), time.monotonic()
    logs = sorted((folder / "statements").glob("statements-*.json"))
    if not logs:
        return 0.0
    end = logs[-1].stat().st_size
    path, place, at = system.memory.get(key, (logs[-1], end, now))
    # A server that was started anew writes another log.
    place = place if path == logs[-1] else 0
    with logs[-1].open("rb") as file:
        file.seek(max(place, end - MOST_READ))
        data = file.read(MOST_READ)
    whole = data[: data.rfind(b"\n") + 1]
    system.memory[key] = logs[-1], max(place, end - MOST_READ) + len(whole), now
    return round(len(READ.findall(whole)) / (now - at), 1) if now > at else 0.0


def _ask(port: int, system: SystemSnapshot, query: str) -> Any:
    """Return the row of *query*, asked as superuser over a session of a moment; None without."""
    import psycopg

    with contextlib.suppress(OSError, ValueError, KeyError, psycopg.Error):
        password = json.loads((system.folder / "secrets.json").read_text())["superuser"]
        with superuser_session(port, password, "postgres", patience=PATIENCE) as session:
            return session.execute(query).fetchone()
    return None
