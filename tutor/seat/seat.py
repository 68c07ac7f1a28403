"""The seat itself: which room, under which name, with which token."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tutor.base.errors import UsageError
from tutor.base.files import remove
from tutor.base.paths import seat_file
from tutor.seat.inbox import Inbox, inbox_file
from tutor.seat.kept import KeptFile, words
from tutor.seat.outbox import Outbox


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat in one room; without a token it is none."""

    base: str = ""
    """The server of the room."""
    code: str = ""
    id: str = ""
    token: str = ""
    nickname: str = ""
    title: str = ""
    expires: str = ""
    """When the room goes, as it said."""
    keeps: str = ""
    """What it keeps until then, as it said."""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Seat":
        """Return the seat that :meth:`to_json` wrote."""
        return cls(**words(data, *cls.__slots__))

    def to_json(self) -> dict[str, str]:
        """Return the seat as plain data."""
        return asdict(self)


def current() -> Seat | None:
    """Return the seat that the learner has; None where they have joined no room."""
    if not seat_file().is_file():
        return None
    seat = kept_seat().read()
    return seat if seat.token else None


def kept_seat() -> KeptFile[Seat]:
    """Return where it is kept."""
    return KeptFile(seat_file(), Seat)


def require() -> Seat:
    """Return the seat that the learner has.

    Raises:
        UsageError: they have none.
    """
    seat = current()
    if seat is None:
        raise UsageError.named("no_seat")
    return seat


def keep(seat: Seat) -> None:
    """Keep a new seat: nothing is sent yet, and nothing was heard."""
    Outbox().begin()
    inbox_file().write(Inbox())
    # Last: whoever finds it finds the others, too.
    kept_seat().write(seat)


def forget() -> None:
    """Keep nothing of the seat any more."""
    for path in (seat_file(), Outbox().path, inbox_file().path):
        remove(path)


def lock(name: str) -> Path:
    """Return the lock file of those who do *name*."""
    return seat_file().with_name(f"{name}.lock")
