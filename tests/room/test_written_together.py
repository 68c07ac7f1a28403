"""What several seats send at once is written at once: all of it, or none, and nobody is misled."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection

from tests.room.conftest import Room, event, lost

LEVEL = "01_n_plus_one"


@pytest.fixture(params=["file", pytest.param("PostgreSQL", marks=pytest.mark.services)])
def database(request: pytest.FixtureRequest, database: None) -> None:
    """An empty database of either kind."""
    if request.param == "PostgreSQL":
        request.getfixturevalue("database_on_server")


def joining(room: Room, nickname: str) -> Any:
    """Return what asks for a seat."""
    from tutor.room.batch import Join

    data = {"nickname": nickname, "name": "", "language": "en", "version": "", "levels": []}
    return Join(room.id, data)


def telling(room: Room, seat: int, *numbers: int) -> Any:
    """Return what a seat tells: its hand is up, again and again."""
    from tutor.room.batch import Told
    from tutor.room.kinds import Sent

    sent = [Sent(n, "hand_raised", {"text": f"{n}"}, "") for n in numbers]
    return Told(room.id, seat, sent)


async def written(*changes: Any) -> list[Any]:
    """Ask for *changes* at the same time; return what became of each."""
    from tutor.room.batch import Join, Told
    from tutor.room.live import live

    how = {Join: live.join, Told: live.keep}
    asked = [how.get(type(change), live.write)(change) for change in changes]
    return await asyncio.gather(*asked, return_exceptions=True)


def state_of(room: Room) -> Any:
    """Return the room as it is known in memory."""
    from tutor.room.live import live

    return live.rooms[room.id]


def elsewhere(act: Any, *args: Any) -> Any:
    """Return *act* as another process does it: nobody here is told."""
    from tutor.room.live import live

    return live.ask(act, *args)


def nicknames(room: Room) -> set[str]:
    """Return who has a seat, as the database tells."""
    from tutor.room.models import Seat

    return set(Seat.objects.filter(room_id=room.id).values_list("nickname", flat=True))


def told_to_database(room: Room) -> list[tuple[int, int]]:
    """Return seat and number of every event that seats told, as they came."""
    from tutor.room.models import Event

    rows = Event.objects.filter(room_id=room.id, seat__gt=0, n__gt=0).order_by("pk")
    return [*rows.values_list("seat", "n")]


def write_elsewhere(*changes: Any) -> None:
    """Write as a process that knows all there is."""
    from tutor.room.live import Live
    from tutor.room.news import news
    from tutor.room.writing import done_and_news

    other = Live()
    other._take(news(0))
    done_and_news(other._last, other.rooms, changes)


async def test_one_that_is_refused_undoes_nothing_of_the_others(room: Room) -> None:
    from tutor.room.batch import Joined, SameNickname
    from tutor.room.live import live

    first, again, last = await written(
        *(joining(room, name) for name in ("quiet heron", "Quiet-Heron", "brave newt"))
    )

    assert isinstance(first, Joined)
    assert isinstance(again, SameNickname)
    assert isinstance(last, Joined)
    assert await live.ask(nicknames, room) == {"quiet heron", "brave newt"}


async def test_what_a_seat_told_twice_at_once_is_kept_once_and_a_gap_is_left_out(
    room: Room,
) -> None:
    """Whoever hears no answer in time sends again, while the first still waits."""
    from tutor.room.live import live

    await written(*(joining(room, name) for name in ("quiet heron", "brave newt")))

    await written(telling(room, 1, 1, 2), telling(room, 2, 1), telling(room, 1, 1, 2, 4))

    assert [seat.taken for seat in state_of(room).seats.values()] == [2, 1]
    assert await live.ask(told_to_database, room) == [(1, 1), (1, 2), (2, 1)]


async def test_a_seat_that_tells_too_much_is_refused_and_nobody_else(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tutor.room.batch import Full

    monkeypatch.setattr("tutor.room.batch.MOST_OF_SEAT", 1)
    await written(*(joining(room, name) for name in ("quiet heron", "brave newt")))

    refused, kept = await written(telling(room, 1, 1, 2), telling(room, 2, 1))

    assert isinstance(refused, Full)
    assert kept is None
    assert [seat.taken for seat in state_of(room).seats.values()] == [0, 1]


@pytest.mark.parametrize("bound", ["MOST_SEATS", "MOST_JOINED"])
async def test_of_those_who_come_at_once_the_last_place_is_one_s(
    room: Room, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    from tutor.room.batch import Full, Joined

    monkeypatch.setattr(f"tutor.room.batch.{bound}", 2)
    found = await written(*(joining(room, f"lynx {n}") for n in range(4)))

    assert [type(one) for one in found] == [Joined, Joined, Full, Full]


async def test_a_connection_that_breaks_half_way_is_told_to_all_of_them(room: Room) -> None:
    """Whoever heard that she has a seat would be a stranger from then on."""
    from tutor.room.batch import Joined
    from tutor.room.live import live
    from tutor.room.store import turn

    def breaks() -> None:
        with turn():
            connection.connection.close()
            connection.cursor()

    results = await written(joining(room, "quiet heron"), breaks)

    assert [isinstance(result, DatabaseError) for result in results] == [True, True]
    assert await live.ask(nicknames, room) == set()
    (seat,) = await written(joining(room, "quiet heron"))
    assert isinstance(seat, Joined)


async def test_what_is_known_at_once_is_what_a_restart_reads(room: Room) -> None:
    """What was written is not read back; it must be what comes back."""
    from tutor.room.live import Live

    seat = await room.join("quiet heron")
    goals = [("b", "missed"), ("a", "open")]
    await room.tell(
        seat,
        event(1, "level_opened", level=LEVEL),
        event(2, "run_started", level=LEVEL),
        lost(3, LEVEL, *goals, finding="page_fails"),
        event(4, "hand_raised", text="wh\ty \N{GRINNING FACE} \\u0000 <b>?"),
        event(5, "doctor", missing=["redis"], version="1", platform="x"),
    )

    again = Live()
    await again.look()
    again.close()

    assert again.rooms == {room.id: state_of(room)}


async def test_another_process_that_was_quicker_is_counted_in(room: Room) -> None:
    """It has the number and the nickname; what it wrote is known before ours is."""
    from tutor.room.batch import Joined, SameNickname

    await written(joining(room, "quiet heron"))
    await elsewhere(write_elsewhere, joining(room, "brave newt"), telling(room, 1, 1, 2))

    taken, joined, told = await written(
        joining(room, "brave newt"), joining(room, "calm lynx"), telling(room, 1, 1, 2, 3)
    )

    assert isinstance(taken, SameNickname)
    assert (type(joined), joined.seat, told) == (Joined, 3, None)
    assert [seat.nickname for seat in state_of(room).present()] == [
        "quiet heron",
        "brave newt",
        "calm lynx",
    ]
    assert state_of(room).seats[1].taken == 3


async def test_what_another_process_decided_is_known_with_what_comes_after_it(room: Room) -> None:
    """Nobody reads what he wrote himself; a decision in between is found all the same."""
    from tutor.room.store import decide

    await written(joining(room, "quiet heron"))
    await elsewhere(decide, room.id, "room_closed", {})

    await written(telling(room, 1, 1))

    assert state_of(room).closed
    assert state_of(room).seats[1].taken == 1


async def test_a_room_that_was_deleted_meanwhile_holds_up_no_other(room: Room) -> None:
    """Of all that is written together only its own is refused."""
    from tutor.room.batch import Gone, Joined
    from tutor.room.live import live
    from tutor.room.store import delete_room, open_room

    made = await live.write(open_room, "another", "en")
    other = replace(room, id=made.pk, code=made.code)
    await written(joining(room, "quiet heron"), joining(other, "brave newt"))
    await elsewhere(delete_room, other.id)

    gone, joined, nothing, told = await written(
        joining(other, "calm lynx"),
        joining(room, "calm lynx"),
        telling(other, 1, 1),
        telling(room, 1, 1),
    )

    assert isinstance(gone, Gone)
    assert isinstance(joined, Joined)
    assert (nothing, told) == (None, None)
    assert state_of(room).seats[1].taken == 1
    assert other.id not in live.rooms


async def test_what_the_tables_refuse_holds_up_no_other(room: Room) -> None:
    """It is refused alone; whoever came with it hears nothing of that."""
    from tutor.room.batch import Told
    from tutor.room.kinds import Sent

    await written(joining(room, "quiet heron"), joining(room, "brave newt"))
    without_moment: Any = None

    refused, told = await written(
        Told(room.id, 1, [Sent(1, "hand_raised", {"text": ""}, without_moment)]),
        telling(room, 2, 1),
    )

    assert isinstance(refused, DatabaseError)
    assert told is None
    assert [seat.taken for seat in state_of(room).seats.values()] == [0, 1]
