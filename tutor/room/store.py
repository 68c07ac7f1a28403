"""Reading and writing the database: one step each, in a transaction, in the one thread that may."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, OuterRef, Q, Subquery

from tutor.room.codes import digest, key_of, new_code, new_token
from tutor.room.fold import BOARD
from tutor.room.kinds import Sent
from tutor.room.models import Access, Event, Room, Seat
from tutor.room.wire import same

DAYS = 30
"""How long a room is kept, unless somebody says otherwise."""
MOST_SEATS, MOST_JOINED = 500, 2000
"""Seats that are there, and seats that ever were: what those told is kept."""
MOST_OF_SEAT = 20_000
"""Events of one seat; a busy day is some hundred."""
JOINED = 0
"""The number of a seat's first event, and of no other."""
INSTRUCTOR, HELPER = "instructor", "helper"
ONE_WRITER = 5_105_477
"""The name of PostgreSQL's lock that writers of events pass through one by one."""


class Full(Exception):
    """A room has as many seats, or a seat as many events, as there may be."""


class SameNickname(Exception):
    """Somebody in the room has that nickname; another one is proposed."""

    def __init__(self, proposal: str) -> None:
        super().__init__(proposal)
        self.proposal = proposal


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
    Event.objects.create(
        room_id=room,
        seat=BOARD,
        n=(last or 0) + 1,
        kind=kind,
        data=data,
        received=datetime.now(UTC),
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


@dataclass(frozen=True, slots=True)
class Joined:
    """A new seat, and the token that only its tutor will know."""

    seat: int
    token: str


def join(room: int, data: dict[str, Any]) -> Joined:
    """Give somebody a seat.

    Raises:
        SameNickname: another seat has it.
        Full: the room is.
    """
    nickname, token = data["nickname"], new_token()
    with turn():
        taken = set(Seat.objects.filter(room_id=room).values_list("same", flat=True))
        firsts = Event.objects.filter(room_id=room, n=JOINED)
        rows = firsts.aggregate(last=Max("seat"), count=Count("pk"))
        if len(taken) >= MOST_SEATS or rows["count"] >= MOST_JOINED:
            raise Full
        if same(nickname) in taken:
            raise SameNickname(_proposal(nickname, taken))
        number = (rows["last"] or 0) + 1
        Seat.objects.create(
            room_id=room,
            number=number,
            nickname=nickname,
            same=same(nickname),
            digest=digest(token),
        )
        _keep(room, number, [Sent(JOINED, "joined", data, "")])
    return Joined(number, token)


def _proposal(nickname: str, taken: set[str]) -> str:
    stem = nickname[:28]
    return next(name for n in range(2, 1000) if same(name := f"{stem} {n}") not in taken)


@dataclass(frozen=True, slots=True)
class Told:
    """Events that a seat sent at once."""

    room: int
    seat: int
    sent: Sequence[Sent]


def keep(several: Sequence[Told]) -> list[Full | None]:
    """Keep the events that come next; what is there already, or comes after a gap, is left out.

    Those of all seats are asked for and written at once.

    Returns:
        For each of *several*, :class:`Full` where the seat has sent more than anybody plays.
    """
    with turn():
        last, fresh = _last_of(several), []
        results: list[Full | None] = []
        for told in several:
            new = _next(told.sent, last.get((told.room, told.seat)))
            is_full = bool(new) and new[-1].n > MOST_OF_SEAT
            results.append(Full() if is_full else None)
            if new and not is_full:
                # A seat that heard no answer may have sent them twice.
                last[told.room, told.seat] = new[-1].n
                fresh += _rows(told.room, told.seat, new)
        Event.objects.bulk_create(fresh)
    return results


def _last_of(several: Sequence[Told]) -> dict[tuple[int, int], int]:
    """Return the number of the last event of each seat that is there."""
    theirs = Event.objects.filter(room_id=OuterRef("room_id"), seat=OuterRef("number"))
    last = Subquery(theirs.order_by("-n").values("n")[:1])
    seats = Seat.objects.filter(reduce(or_, (Q(room_id=t.room, number=t.seat) for t in several)))
    rows = seats.annotate(last=last).values_list("room_id", "number", "last")
    return {(room, number): last for room, number, last in rows}


def _next(sent: Sequence[Sent], last: int | None) -> list[Sent]:
    """Return those of *sent* that follow the number *last*; a seat without any is gone."""
    if last is None:
        return []
    found: list[Sent] = []
    for event in sent:
        if event.n == last + 1 + len(found):
            found.append(event)
    return found


def _keep(room: int, seat: int, sent: Sequence[Sent]) -> None:
    Event.objects.bulk_create(_rows(room, seat, sent))


def _rows(room: int, seat: int, sent: Sequence[Sent]) -> list[Event]:
    now = datetime.now(UTC)
    return [
        Event(
            room_id=room,
            seat=seat,
            n=event.n,
            kind=event.kind,
            data=event.data,
            claimed=event.claimed,
            received=now,
        )
        for event in sent
    ]


def leave(room: int, seat: int) -> None:
    """Let a seat go: its token is dead, what it told stays."""
    with turn():
        rows = Event.objects.filter(room_id=room, seat=seat).aggregate(last=Max("n"))
        if rows["last"] is not None:
            _keep(room, seat, [Sent(int(rows["last"]) + 1, "left", {}, "")])
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
