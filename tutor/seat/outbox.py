"""What the room is to be told: numbered, kept on disk until the room has it.

The number of an event is its place: the first one kept has the number ``first``. So no two
processes give the same one twice, a kill between two steps leaves no gap, and where the file was
damaged the room itself says where to go on.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tutor.base import log
from tutor.base.paths import seat_file
from tutor.seat.kept import KeptFile, Stamp, Watched
from tutor.seat.text import is_whole

MOST = 5000
"""Events that are kept: days of work in a room that never answers."""
MOST_AT_ONCE = 100
LARGEST = 60_000
"""Bytes of one sending; the room takes 64 KB."""
UNKNOWN = 0
"""The number of the first event, where only the room knows it."""


@dataclass
class Pending:
    """The events that the room has not confirmed."""

    first: int = UNKNOWN
    events: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Pending":
        """Return what :meth:`to_json` wrote."""
        pending = cls(data["first"], data["events"])
        if not is_whole(pending.first) or not isinstance(pending.events, list):
            raise TypeError("a value is of another kind")
        if not all(map(_is_event, pending.events)):
            raise TypeError("an event is none")
        return pending

    def to_json(self) -> dict[str, Any]:
        """Return them as plain data."""
        return {"first": self.first, "events": self.events}


class Outbox:
    """The events on disk."""

    def __init__(self) -> None:
        self.path = seat_file().with_name("outbox.json")
        self._file = KeptFile(self.path, Pending)
        self._watched = Watched(self._file)

    def begin(self) -> None:
        """Begin with the first event of a new seat."""
        self._file.write(Pending(1))

    def add(self, kind: str, data: dict[str, Any]) -> None:
        """Keep an event; the clock says when, and only its place says in which order."""
        at = datetime.now().astimezone().isoformat(timespec="milliseconds")
        with self._file.change() as pending:
            if len(pending.events) >= MOST:
                log.note(f"The room has not answered for {MOST} events; {kind} is not kept.")
                return
            pending.events.append({"at": at, "kind": kind, "data": data})

    def __len__(self) -> int:
        """Return how many events wait."""
        return len(self._watched.look().events)

    def batch(self, most: int = MOST_AT_ONCE) -> Pending:
        """Return the first events, as many as are sent at once."""
        pending = self._file.read()
        size, taken = 0, list[dict[str, Any]]()
        for event in pending.events[:most]:
            size += len(json.dumps(event, ensure_ascii=False).encode(errors="replace")) + 32
            if taken and size > LARGEST:
                break
            taken.append(event)
        return Pending(pending.first, taken)

    def confirm(self, taken: int) -> None:
        """Forget what the room has: 1 to *taken*; what it does not know is numbered after that.

        A room that knows less than we believed, or more, has lost something or has heard somebody
        with a copy of our files: what we still keep follows what it has.
        """
        with self._file.change() as pending:
            known = taken - pending.first + 1
            # Where only the room knew the first number, none of these was ever sent.
            if pending.first != UNKNOWN and 0 <= known <= len(pending.events):
                del pending.events[:known]
            pending.first = taken + 1

    def drop_first(self) -> None:
        """Forget the first event, which the room will never take."""
        with self._file.change() as pending:
            dropped = pending.events[:1]
            del pending.events[:1]
        log.note(f"The room refuses this, and it is not sent again: {str(dropped)[:500]}")

    @property
    def stamp(self) -> Stamp:
        """Return what changes whenever anybody keeps an event; cheap enough for each second."""
        return self._file.stamp


def _is_event(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and isinstance(event.get("at"), str)
        and isinstance(event.get("kind"), str)
        and isinstance(event.get("data"), dict)
    )
