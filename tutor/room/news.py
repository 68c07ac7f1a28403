"""What is new in the database: facts that nobody here has folded yet, and who may come in now."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tutor.room.fold import Fact
from tutor.room.models import Access, Event, Room, Seat
from tutor.room.store import INSTRUCTOR

JOINED = "joined"
REREAD = {"room_opened", "access", "left", "seat_removed"}
"""Kinds of events after which it is asked anew who may come into their room."""


@dataclass(frozen=True, slots=True)
class Key:
    """Somebody who may see the board."""

    id: int
    name: str
    role: str
    nonce: str

    @property
    def leads(self) -> bool:
        """Return whether it is the instructor's."""
        return self.role == INSTRUCTOR


@dataclass(frozen=True, slots=True)
class News:
    """What the database has that a reader did not know."""

    facts: list[tuple[int, Fact]]
    """Each with its room."""
    rooms: dict[int, tuple[str, datetime | None]] | None
    """Every room, its code, and when it expires; None where nobody asked."""
    changed: set[int]
    """The rooms of which all is told anew below, as somebody went or has a key."""
    tokens: dict[str, tuple[int, int]]
    """Their seats, and those that are new in other rooms, by digest, each with its room."""
    keys: dict[str, tuple[int, Key]]
    """Their keys by digest, each with its room."""


def news(after: int, *, most: int | None = None, whole: bool = True) -> News:
    """Return what came after the event *after*, at *most* so much; of rooms where it is *whole*."""
    rows = Event.objects.filter(pk__gt=after).order_by("pk")
    facts = [
        (row[1], Fact(row[0], *row[2:6], row[6].timestamp()))
        for row in rows.values_list("pk", "room_id", "seat", "n", "kind", "data", "received")[:most]
    ]
    changed = {room for room, fact in facts if fact.kind in REREAD}
    joined = {(room, fact.seat) for room, fact in facts if fact.kind == JOINED}
    return News(
        facts,
        _rooms() if whole or changed else None,
        changed,
        _new_tokens(joined) | _tokens(Q(room_id__in=changed)),
        _keys(changed) if changed else {},
    )


def _rooms() -> dict[int, tuple[str, datetime | None]]:
    rows = Room.objects.values_list("pk", "code", "expires")
    return {pk: (code, expires) for pk, code, expires in rows}


def _new_tokens(joined: set[tuple[int, int]]) -> dict[str, tuple[int, int]]:
    rooms, numbers = {room for room, _ in joined}, {number for _, number in joined}
    # Of each room the numbers of all: the more that are known, the better.
    return _tokens(Q(room_id__in=rooms, number__in=numbers))


def _tokens(which: Q) -> dict[str, tuple[int, int]]:
    # Where nothing is asked for, Django asks nobody.
    rows = Seat.objects.filter(which).values_list("digest", "room_id", "number")
    return {digest: (room, number) for digest, room, number in rows}


def _keys(rooms: set[int]) -> dict[str, tuple[int, Key]]:
    return {
        one.digest: (one.room_id, Key(one.pk, one.name, one.role, one.nonce))
        for one in Access.objects.filter(room_id__in=rooms)
    }
