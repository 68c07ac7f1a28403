"""What a command that runs the shop's code is at when its time is over: seen, not timed.

PostgreSQL knows whose statement is still running and who waits for whom, the kernel whether a
process waits or would work if it got to. Where neither shows anything, the machine was too slow.
"""

import contextlib
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.base.errors import TutorError
from tutor.machine.processes import seconds_of, states_of
from tutor.machine.slowdown import slowdown
from tutor.stack.hang import QUIET
from tutor.stack.lock_waits import LockSession, sessions_in
from tutor.stack.services.postgres import Postgres
from tutor.stack.stack import Stack

TELLING = "import faulthandler, signal; faulthandler.register(signal.SIGUSR2)\n"
"""What the command begins with, so that it can be asked where it is."""
ASKED = 2.0
"""Seconds in which it says so."""
LOOKS, EVERY = 20, 0.02
"""How often, and how many seconds apart, its processes are looked at."""
WAITS = b"S"
"""The state of a process that waits, neither for a processor nor for a disk."""
MUCH = 15.0
"""CPU seconds after which a command had enough of the machine, however crowded that is."""


@dataclass(frozen=True, slots=True)
class Late:
    """A command that did not end."""

    statement: str = ""
    """The statement of it that PostgreSQL is still at."""
    other: str = ""
    """What the session did last that this statement waits for."""
    is_asleep: bool = False
    """Whether its processes waited at every look: none of them would have worked."""
    cpu_seconds: float = 0.0
    """What they used so far."""

    @property
    def is_its_own(self) -> bool:
        """Whether it is seen to wait for something, or to have had more than it needs."""
        return bool(self.statement) or self.is_asleep or self.cpu_seconds > MUCH


def look_at(stack: Stack, name: str, postgres: Postgres, database: str, called: str) -> Late:
    """Return what the command *name* is at; its sessions call themselves *called*.

    Where it is in its code it writes to its log.
    """
    started = stack.status_of(name).started
    before = {session.pid: session.asked_at for session in _sessions(postgres, database)}
    pids, states = stack.pids(name), set[bytes]()
    for _ in range(LOOKS):
        states.update(*map(states_of, pids))
        time.sleep(EVERY)
    # One look may meet any of many statements; one that is seen again has not ended since. And a
    # session may outlive a command of that name that was killed before.
    sessions = [
        session
        for session in _sessions(postgres, database)
        if session.name != called
        or (
            session.seconds <= time.time() - started and before.get(session.pid) == session.asked_at
        )
    ]
    statement, other = _statement_of(sessions, called)
    used = seconds_of(pids)
    _ask_where(stack, name)
    return Late(statement, other, states == {WAITS}, used)


def _sessions(postgres: Postgres, database: str) -> list[LockSession]:
    import psycopg

    try:
        with contextlib.closing(postgres.connect(database)) as connection:
            return sessions_in(connection)
    except psycopg.Error:
        return []


def _statement_of(sessions: Sequence[LockSession], called: str) -> tuple[str, str]:
    """Return what a session of that name is still at, and what the one does that it waits for."""
    known = {session.pid: session for session in sessions}
    mine = [s for s in sessions if s.name == called and s.state == "active"]
    for session in sorted(mine, key=lambda s: not s.behind):
        others = [known[pid].statement for pid in session.behind if pid in known]
        return session.statement, others[0] if others else ""
    return "", ""


def _ask_where(stack: Stack, name: str) -> None:
    """Have the command write down where its threads are, and wait until it has."""
    with contextlib.suppress(TutorError):
        # Not by its length: what is read of a long log is always as long.
        before = seen = stack.tail(name)
        stack.signal(name, signal.SIGUSR2)
        last = time.monotonic()
        until = last + ASKED * slowdown()
        while (now := time.monotonic()) < until and (seen == before or now < last + QUIET):
            if (tail := stack.tail(name)) != seen:
                seen, last = tail, now
            time.sleep(EVERY)
