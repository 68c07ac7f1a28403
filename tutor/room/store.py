"""What the board does to the database: one step each, in a transaction and in one thread."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from tutor.room.codes import digest, key_of, new_code
from tutor.room.fold import BOARD
from tutor.room.models import Access, Event, Room, Seat

DAYS = 30
"""How long a room is kept, unless somebody says otherwise."""
INSTRUCTOR, HELPER = "instructor", "helper"
ONE_WRITER = 5_105_477
"""The name of PostgreSQL's lock that writers of events pass through one by one."""


@contextmanager
def turn() -> Iterator[None]:
    """Write alone: events get their ids in the order in which they become visible.

    Turns within a turn are written to the disk together, and each is undone by itself.
    """
    is_first = not connection.in_atomic_block
    with transaction.atomic():
        if is_first and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_WRITER])
        yield


# -- rooms -----------------------------------------------------------------------------------------


def open_room(title: str, language: str, *, forever: bool = False) -> Room:
    """Make a room, its code and the instructor's key."""
    expires = None if forever else datetime.now(UTC) + timedelta(days=DAYS)
    with turn():
        code = new_code()
        while Room.objects.filter(code=code).exists():
            code = new_code()
        room = Room.objects.create(code=code, expires=expires)
        _grant(room.pk, "", INSTRUCTOR)
        _decide(room.pk, "room_opened", {"title": title, "language": language})
    return room


def decide(room: int, kind: str, data: dict[str, Any]) -> None:
    """Keep what the board decided."""
    with turn():
        _decide(room, kind, data)


def _decide(room: int, kind: str, data: dict[str, Any]) -> None:
    last = Event.objects.filter(room_id=room, seat=BOARD).aggregate(last=Max("n"))["last"]
    _add(room, BOARD, (last or 0) + 1, kind, data)


def _add(room: int, seat: int, n: int, kind: str, data: dict[str, Any]) -> None:
    Event.objects.create(
        room_id=room, seat=seat, n=n, kind=kind, data=data, received=datetime.now(UTC)
    )


def grant(room: int, name: str) -> None:
    """Give a helper a key."""
    with turn():
        _grant(room, name, HELPER)
        _decide(room, "access", {})


def _grant(room: int, name: str, role: str) -> None:
    nonce = secrets.token_hex(16)
    Access.objects.create(
        room_id=room, name=name, role=role, nonce=nonce, digest=digest(key_of(nonce))
    )


def revoke(room: int, access: int) -> None:
    """Take a helper's key away."""
    with turn():
        Access.objects.filter(room_id=room, pk=access, role=HELPER).delete()
        _decide(room, "access", {})


def instructor_key(room: int) -> str:
    """Return the instructor's key of a room."""
    return key_of(Access.objects.get(room_id=room, role=INSTRUCTOR).nonce)


def is_closed(room: int) -> bool:
    """Return whether the room was closed and not opened again."""
    kinds = Event.objects.filter(room_id=room, kind__in=("room_opened", "room_closed"))
    last = kinds.order_by("-n").values_list("kind", flat=True).first()
    return last == "room_closed"


def delete_room(room: int) -> None:
    """Forget a room and everything in it."""
    with turn():
        Room.objects.filter(pk=room).delete()
        transaction.on_commit(_wipe)


def delete_expired() -> int:
    """Forget the rooms whose time is up; return how many."""
    with turn():
        gone = Room.objects.filter(expires__lt=datetime.now(UTC))
        count = gone.count()
        gone.delete()
        if count:
            transaction.on_commit(_wipe)
    return count


def _wipe() -> None:
    """Have what was deleted leave the file, too."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


# -- seats -----------------------------------------------------------------------------------------


def leave(room: int, seat: int) -> None:
    """Let a seat go: its token is dead, what it told stays."""
    with turn():
        rows = Event.objects.filter(room_id=room, seat=seat).aggregate(last=Max("n"))
        if rows["last"] is not None:
            _add(room, seat, int(rows["last"]) + 1, "left", {})
        Seat.objects.filter(room_id=room, number=seat).delete()


def remove(room: int, seat: int) -> None:
    """Forget a seat and everything it told."""
    with turn():
        Event.objects.filter(room_id=room, seat=seat).delete()
        Seat.objects.filter(room_id=room, number=seat).delete()
        _decide(room, "seat_removed", {"seat": seat})


def diffs(room: int, seat: int) -> list[tuple[str, str, datetime]]:
    """Return the diffs a seat has shown: level, text and when; the newest first."""
    rows = Event.objects.filter(room_id=room, seat=seat, kind="diff").order_by("-n")[:20]
    return [(row.data["level"], row.data["text"], row.received) for row in rows]
