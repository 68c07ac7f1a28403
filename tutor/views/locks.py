"""Who waits for whose lock: the sessions that have something open, and the queues among them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from tutor.stack.lock_waits import Link, LockSession, chains, look_at_locks
from tutor.stack.site import Site
from tutor.words.texts import Texts


@dataclass(frozen=True, slots=True)
class LockLook:
    """The sessions with an open transaction, the oldest first."""

    sessions: tuple[LockSession, ...] = ()

    @property
    def queues(self) -> list[Link]:
        """Those who wait, each under whom it waits for."""
        return chains(self.sessions)

    @property
    def others(self) -> list[LockSession]:
        """Those who neither wait nor keep anybody waiting."""
        queued = {link.session.pid for link in self.queues}
        return [session for session in self.sessions if session.pid not in queued]

    def to_json(self) -> dict[str, Any]:
        """Return the look as plain data."""
        return {"sessions": [asdict(session) for session in self.sessions]}


def locks_of(site: Site) -> LockLook:
    """Look at the database of *site*, or at the one of a run in which somebody waits.

    Raises:
        TutorError: the level counts connections, and a look would take one.
    """
    return LockLook(tuple(look_at_locks(site.ground.postgres, site.database)))


@dataclass(frozen=True, slots=True)
class Row:
    """One session, as it is drawn."""

    branch: str
    """What is drawn before it: whom it hangs on."""
    rail: str
    """What is drawn before its second line: whom others hang on."""
    sign: str
    name: str
    does: str
    """What it waits for, or for how long it has been at it."""
    statement: str
    is_waiting: bool


def rows(texts: Texts, look: LockLook) -> Iterator[Row]:
    """Yield the queues, the head of each first and who waits for it beneath; then the others."""
    rails: list[str] = []
    queues = look.queues
    for place, link in enumerate(queues):
        del rails[max(0, link.depth - 1) :]
        branch = ""
        if link.depth:
            branch = "".join(rails) + ("└─ " if link.is_last else "├─ ")
            rails.append("   " if link.is_last else "│  ")
        has_more = place + 1 < len(queues) and queues[place + 1].depth > link.depth
        yield _row(texts, link.session, branch, "".join(rails) + ("│ " if has_more else "  "))
    for session in look.others:
        yield _row(texts, session, "", "  ")


def _row(texts: Texts, session: LockSession, branch: str, rail: str) -> Row:
    """Return *session* as a row."""
    sign = "⧗" if session.is_waiting else "●"
    does = doing(texts, session)
    return Row(branch, rail, sign, name_of(session), does, session.statement, session.is_waiting)


def name_of(session: LockSession) -> str:
    """Return what *session* is called: its process, and how it calls itself."""
    return f"{session.pid} {session.name}"


def doing(texts: Texts, session: LockSession) -> str:
    """Return what *session* waits for, or for how long it has had a transaction open."""
    seconds = round(session.seconds)
    if not session.is_waiting:
        state = "holds" if session.state.startswith("idle") else "works"
        return texts(f"locks.{state}", seconds=seconds)
    if session.kind == "virtualxid":
        return texts("locks.wants_end", seconds=seconds)
    lock = session.wants.removesuffix("Lock")
    if session.relation:
        return texts("locks.wants_table", lock=lock, table=session.relation, seconds=seconds)
    return texts("locks.wants", lock=lock, seconds=seconds)
