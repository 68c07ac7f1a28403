"""What is new in the database: facts that nobody here has folded yet, and who may come in now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from tutor.room.fold import Fact
from tutor.room.models import Access, Event, Room, Seat
from tutor.room.store import INSTRUCTOR

COMES_OR_GOES = {"room_opened", "access", "joined", "left", "seat_removed"}


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
    """The rooms in which somebody came or went: the rest is about these."""
    tokens: dict[str, tuple[int, int]]
    """Their seats by digest, each with its room."""
    keys: dict[str, tuple[int, Key]]
    """Their keys by digest, each with its room."""


def news(after: int, *, most: int | None = None, whole: bool = True) -> News:
    """Return what came after the event *after*, at *most* so much; of rooms where it is *whole*."""
    rows = Event.objects.filter(pk__gt=after).order_by("pk")
    facts = [
        (row[1], Fact(row[0], *row[2:6], row[6].timestamp()))
        for row in rows.values_list("pk", "room_id", "seat", "n", "kind", "data", "received")[:most]
    ]
    changed = {room for room, fact in facts if fact.kind in COMES_OR_GOES}
    return News(
        facts,
        _rooms() if whole or changed else None,
        changed,
        _tokens(changed) if changed else {},
        _keys(changed) if changed else {},
    )


def _rooms() -> dict[int, tuple[str, datetime | None]]:
    rows = Room.objects.values_list("pk", "code", "expires")
    return {pk: (code, expires) for pk, code, expires in rows}


def _tokens(rooms: set[int]) -> dict[str, tuple[int, int]]:
    rows = Seat.objects.filter(room_id__in=rooms).values_list("digest", "room_id", "number")
    return {digest: (room, number) for digest, room, number in rows}


def _keys(rooms: set[int]) -> dict[str, tuple[int, Key]]:
    return {
        one.digest: (one.room_id, Key(one.pk, one.name, one.role, one.nonce))
        for one in Access.objects.filter(room_id__in=rooms)
    }


def done_and_news(after: int, acts: Sequence[Callable[[], Any]]) -> tuple[list[Any], News]:
    """Do *acts* to the database; return what each returned or raised, and what is new."""
    return [_result(act) for act in acts], news(after, whole=False)


def _result(act: Callable[[], Any]) -> Any:
    try:
        return _twice(act)
    except Exception as error:  # noqa: BLE001 - whoever asked for it gets it
        return error


def _twice(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except IntegrityError:
        # Another process wrote the same number; the second time it is counted in.
        return act()
