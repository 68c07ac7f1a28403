"""What several seats ask for at once: decided by what the rooms are in memory, written together.

The process that serves has folded all it wrote, so that its memory is what the database has:
nothing is read before it writes, and nothing of its own after it. Should somebody else have been
quicker, a constraint of the tables refuses the batch, and :mod:`tutor.room.live` looks before it
tries again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tutor.room.codes import digest, new_token
from tutor.room.fold import Fact
from tutor.room.insert import insert
from tutor.room.kinds import Sent
from tutor.room.state import RoomState
from tutor.room.wire import NICKNAME, SAME, same

MOST_SEATS, MOST_JOINED = 500, 2000
"""Seats that are there, and seats that ever were: what those told is kept."""
MOST_OF_SEAT = 20_000
"""Events of one seat; a busy day is some hundred."""
JOINED = 0
"""The number of a seat's first event, and of no other."""


class Refusal(Exception):
    """What somebody asked for cannot be; nothing else is held up by it."""


class Full(Refusal):
    """A room has as many seats, or a seat as many events, as there may be."""


class Gone(Refusal):
    """The room was deleted meanwhile."""


class SameNickname(Refusal):
    """Somebody in the room has that nickname; another one is proposed."""

    def __init__(self, proposal: str) -> None:
        super().__init__(proposal)
        self.proposal = proposal


@dataclass(frozen=True, slots=True)
class Join:
    """Somebody asks for a seat."""

    room: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Joined:
    """A new seat, and the token that only its tutor will know."""

    seat: int
    token: str


@dataclass(frozen=True, slots=True)
class Told:
    """Events that a seat sent at once."""

    room: int
    seat: int
    sent: Sequence[Sent]


@dataclass(slots=True)
class _Places:
    """Who sits in a room, those of the batch included."""

    names: set[str]
    last: int
    ever: int


class Batch:
    """Changes that are decided one after the other, then written at once."""

    def __init__(self, rooms: Mapping[int, RoomState]) -> None:
        self._rooms = rooms
        self._places: dict[int, _Places] = {}
        self._last: dict[tuple[int, int], int] = {}
        self._seats: list[dict[str, Any]] = []
        self._events: list[dict[str, Any]] = []
        self._ids: list[int] = []
        self._now = datetime.now(UTC)

    def decide(self, change: Join | Told) -> Joined | Refusal | None:
        """Return what becomes of *change* once the batch is written."""
        try:
            if isinstance(change, Join):
                return self._join(change)
            self._keep(change)
        except Refusal as refusal:
            return refusal
        return None

    def write(self) -> None:
        """Write all of it, or nothing.

        Raises:
            IntegrityError: somebody else was quicker.
        """
        if self._events:
            self._ids = insert(self._seats, self._events, self._now)

    def follows(self, after: int) -> bool:
        """Return whether nobody else has written anything since the event *after*."""
        return self._ids == [*range(after + 1, after + 1 + len(self._ids))]

    @property
    def facts(self) -> list[tuple[int, Fact]]:
        """Return what was written, each with its room."""
        at = self._now.timestamp()
        return [
            (one["room_id"], Fact(pk, one["seat"], one["n"], one["kind"], one["data"], at))
            for pk, one in zip(self._ids, self._events, strict=True)
        ]

    @property
    def tokens(self) -> dict[str, tuple[int, int]]:
        """Return by which digest the new seats are known."""
        return {seat["digest"]: (seat["room_id"], seat["number"]) for seat in self._seats}

    # -- one of them -------------------------------------------------------------------------------

    def _join(self, asked: Join) -> Joined:
        places = self._places_of(asked.room)
        if len(places.names) >= MOST_SEATS or places.ever >= MOST_JOINED:
            raise Full
        nickname, token = asked.data["nickname"], new_token()
        name = same(nickname)
        if name in places.names:
            raise SameNickname(_proposal(nickname, places.names))
        places.names.add(name)
        places.last, places.ever = places.last + 1, places.ever + 1
        seat = {
            "room_id": asked.room,
            "number": places.last,
            "nickname": nickname,
            "same": name,
            "digest": digest(token),
        }
        self._seats.append(seat)
        self._note(asked.room, places.last, Sent(JOINED, "joined", asked.data, ""))
        return Joined(places.last, token)

    def _places_of(self, room_id: int) -> _Places:
        found = self._places.get(room_id)
        if found is None:
            room = self._rooms.get(room_id)
            if room is None:
                raise Gone
            names = {seat.same for seat in room.present()}
            found = _Places(names, max(room.seats, default=0), len(room.seats))
            self._places[room_id] = found
        return found

    def _keep(self, told: Told) -> None:
        """Keep the events that come next; what is there already, or follows a gap, is left out."""
        room = self._rooms.get(told.room)
        seat = room.seats.get(told.seat) if room else None
        if seat is None or seat.left:
            return
        # A seat that heard no answer may have sent them twice.
        new = _next(told.sent, self._last.get((told.room, told.seat), seat.taken))
        if not new:
            return
        if new[-1].n > MOST_OF_SEAT:
            raise Full
        self._last[told.room, told.seat] = new[-1].n
        for event in new:
            self._note(told.room, told.seat, event)

    def _note(self, room: int, seat: int, sent: Sent) -> None:
        event = {
            "room_id": room,
            "seat": seat,
            "n": sent.n,
            "kind": sent.kind,
            "data": sent.data,
            "claimed": sent.claimed,
        }
        self._events.append(event)


def _proposal(nickname: str, taken: set[str]) -> str:
    stem = nickname[: NICKNAME - 4]
    # A letter may be a whole sentence where names are compared, and the number no part of it.
    while len(same(stem)) > SAME - 3:
        stem = stem[:-1]
    return next(name for n in range(2, MOST_SEATS + 3) if same(name := f"{stem} {n}") not in taken)


def _next(sent: Sequence[Sent], last: int) -> list[Sent]:
    """Return those of *sent* that follow the number *last*."""
    found: list[Sent] = []
    for event in sent:
        if event.n == last + 1 + len(found):
            found.append(event)
    return found
