"""What several seats send at once is written at once: all of it, or none, and nobody is misled."""

import asyncio
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection

from tests.room.conftest import Room


def joining(room: Room, nickname: str) -> Any:
    """Return the write that takes a seat."""
    from tutor.room.store import join

    data = {"nickname": nickname, "name": "", "language": "en", "version": "", "levels": []}
    return partial(join, room.id, data)


async def written(*acts: Any) -> list[Any]:
    """Ask for *acts* at the same time; return what became of each."""
    from tutor.room.live import live

    return await asyncio.gather(*(live.write(act) for act in acts), return_exceptions=True)


def state_of(room: Room) -> Any:
    """Return the room as it is known in memory."""
    from tutor.room.live import live

    return live.rooms[room.id]


def nicknames(room: Room) -> set[str]:
    """Return who has a seat, as the database tells."""
    from tutor.room.models import Seat

    return set(Seat.objects.filter(room_id=room.id).values_list("nickname", flat=True))


async def test_one_that_is_refused_undoes_nothing_of_the_others(room: Room) -> None:
    from tutor.room.live import live
    from tutor.room.store import Joined, SameNickname

    first, again, last = await written(
        *(joining(room, name) for name in ("quiet heron", "quiet heron", "brave newt"))
    )

    assert isinstance(first, Joined)
    assert isinstance(again, SameNickname)
    assert isinstance(last, Joined)
    assert await live.ask(nicknames, room) == {"quiet heron", "brave newt"}


async def test_what_a_seat_told_twice_at_once_is_kept_once_and_a_gap_is_left_out(
    room: Room,
) -> None:
    """Whoever hears no answer in time sends again, while the first still waits."""
    from tutor.room.kinds import Sent
    from tutor.room.live import live
    from tutor.room.store import Told

    seats = await written(*(joining(room, name) for name in ("quiet heron", "brave newt")))
    one, two, four = (Sent(n, "hand_raised", {"text": f"{n}"}, "") for n in (1, 2, 4))
    heron, newt = (partial(Told, room.id, seat.seat) for seat in seats)

    await asyncio.gather(
        *(live.keep(told) for told in (heron([one, two]), newt([one]), heron([one, two, four])))
    )

    assert [seat.taken for seat in state_of(room).seats.values()] == [2, 1]


async def test_a_seat_that_tells_too_much_is_refused_and_nobody_else(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tutor.room.kinds import Sent
    from tutor.room.live import live
    from tutor.room.store import Full, Told

    monkeypatch.setattr("tutor.room.store.MOST_OF_SEAT", 1)
    seats = await written(*(joining(room, name) for name in ("quiet heron", "brave newt")))
    one, two = (Sent(n, "hand_raised", {"text": f"{n}"}, "") for n in (1, 2))
    heron, newt = (seat.seat for seat in seats)

    refused, kept = await asyncio.gather(
        live.keep(Told(room.id, heron, [one, two])),
        live.keep(Told(room.id, newt, [one])),
        return_exceptions=True,
    )

    assert isinstance(refused, Full)
    assert kept is None
    assert [seat.taken for seat in state_of(room).seats.values()] == [0, 1]


async def test_a_connection_that_breaks_half_way_is_told_to_all_of_them(room: Room) -> None:
    """Whoever heard that she has a seat would be a stranger from then on."""
    from tutor.room.live import live
    from tutor.room.store import Joined, turn

    def breaks() -> None:
        with turn():
            connection.connection.close()
            connection.cursor()

    results = await written(joining(room, "quiet heron"), breaks)

    assert [isinstance(result, DatabaseError) for result in results] == [True, True]
    assert await live.ask(nicknames, room) == set()
    (seat,) = await written(joining(room, "quiet heron"))
    assert isinstance(seat, Joined)
