"""What the room is to be told arrives in order and once, whatever ends us or the room."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fake_room import MOST_BYTES, FakeRoom
from tutor.base.damage import news
from tutor.base.errors import TutorError
from tutor.base.locks import if_free
from tutor.seat import line, outbox, sender
from tutor.seat import seat as seats
from tutor.seat.line import RoomRefused, RoomSilent
from tutor.seat.outbox import Outbox
from tutor.seat.reporter import Reporter, fitting
from tutor.seat.sender import Sender, send_briefly

ADD_FOR_EVER = """
from itertools import count
from tutor.seat.outbox import Outbox
for number in count():
    Outbox().add("hint_taken", {"number": number})
    print(number, flush=True)
"""


def add(*numbers: int) -> None:
    """Keep an event for each of *numbers*."""
    for number in numbers:
        Outbox().add("hint_taken", {"number": number})


def numbers(room: FakeRoom) -> list[int]:
    """Return what the room was told, in its order."""
    return [data["number"] for data in room.data("hint_taken")]


def test_what_is_kept_arrives_in_its_order(room: FakeRoom, seat: seats.Seat) -> None:
    """Numbered from 1, and nothing is left."""
    add(1, 2, 3)

    assert Sender(seat).send()
    assert sorted(room.events) == [1, 2, 3]
    assert numbers(room) == [1, 2, 3]
    assert len(Outbox()) == 0


def test_two_who_add_at_once_lose_nothing(room: FakeRoom, seat: seats.Seat) -> None:
    """Each event has its own number, whoever kept it."""
    others = [threading.Thread(target=add, args=range(at, at + 20)) for at in (0, 100)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    Sender(seat).send()

    assert sorted(numbers(room)) == [*range(20), *range(100, 120)]
    assert sorted(room.events) == list(range(1, 41))


def test_a_kill_leaves_neither_gap_nor_half_an_event(room: FakeRoom, seat: seats.Seat) -> None:
    """Killed while it keeps one event after the other: what it said to have kept arrives once."""
    with subprocess.Popen(
        [sys.executable, "-c", ADD_FOR_EVER], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        said = [int(process.stdout.readline()) for _ in range(10)]
        os.kill(process.pid, signal.SIGKILL)
        said += [int(line) for line in process.stdout]
    Sender(seat).send()

    arrived = numbers(room)
    assert arrived[: len(said)] == said
    assert arrived == list(range(len(arrived)))
    assert not news()


def test_an_answer_that_is_lost_makes_no_event_count_twice(
    room: FakeRoom, seat: seats.Seat
) -> None:
    """The room has kept them and could not say so: they come again, under the same numbers."""
    add(1, 2)
    room.mood = "lost"
    with pytest.raises(RoomSilent):
        Sender(seat).send()
    kept_meanwhile = len(Outbox())
    room.mood = "good"
    add(3)
    Sender(seat).send()

    assert kept_meanwhile == 2
    assert numbers(room) == [1, 2, 3]


@pytest.mark.parametrize(
    "mood", ["garbage", "list", "no", "500", "503", "elsewhere", "late", "trickle"]
)
def test_a_room_that_answers_badly_costs_a_moment_and_no_event(
    room: FakeRoom, seat: seats.Seat, mood: str
) -> None:
    """Nonsense, failures, detours, silence and answers without an end."""
    room.mood = mood
    add(1)
    began = time.monotonic()
    with pytest.raises(RoomSilent):
        Sender(seat).send(0.4)

    assert time.monotonic() - began < 3
    assert len(Outbox()) == 1
    assert not room.joined
    room.mood = "good"
    assert Sender(seat).send()
    assert numbers(room) == [1]


def test_a_room_that_is_not_there_is_told_in_the_learner_s_language(seat: seats.Seat) -> None:
    """What happened, and that the levels go on."""
    nowhere = seats.Seat("http://127.0.0.1:9", "K7QX2M", "1", "t", "n", "", "", "")
    seats.keep(nowhere)
    add(1)
    with pytest.raises(RoomSilent) as caught:
        Sender(nowhere).send(1)

    assert "127.0.0.1:9" in caught.value.message
    assert "Your levels go on" in caught.value.hint


def test_a_command_waits_for_a_moment_only(room: FakeRoom, seat: seats.Seat) -> None:
    """Whatever the room does, the end of a command is not held up by it."""
    room.mood = "trickle"
    add(1)
    began = time.monotonic()
    went = send_briefly(0.3)

    assert not went
    assert time.monotonic() - began < 1.5
    assert len(Outbox()) == 1


def test_a_damaged_outbox_is_named_and_the_room_says_where_to_go_on(
    room: FakeRoom, seat: seats.Seat
) -> None:
    """What was in it is set aside; what comes after it is not taken for what the room has."""
    add(1, 2)
    Sender(seat).send()
    Outbox().path.write_text('{"schema": 1, "first": 3, "ev')
    add(3, 4, 5, 6)
    named = news()
    Sender(seat).send()

    assert [found.said["id"] for found in named] == ["set_aside"]
    assert Path(str(Outbox().path) + ".damaged").is_file()
    assert numbers(room) == [1, 2, 3, 4, 5, 6]
    assert sorted(room.events) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"schema": 1}', '{"schema": 1, "first": -1, "events": []}',
             '{"schema": 1, "first": 1, "events": [3]}', "\0", "[" * 99_999],
)  # fmt: skip
def test_whatever_is_in_the_outbox_events_are_kept(seat: seats.Seat, text: str) -> None:
    """It is ours to write, and anybody's to damage."""
    Outbox().path.write_text(text)
    add(1)

    assert len(Outbox()) == 1


def test_what_a_newer_version_wrote_is_left_alone(seat: seats.Seat) -> None:
    """It is whole, and not ours to touch."""
    text = '{"schema": 99, "first": 1, "events": []}'
    Outbox().path.write_text(text)
    with pytest.raises(TutorError, match="schema 99"):
        add(1)

    assert Outbox().path.read_text() == text


@pytest.mark.parametrize("known", [0, 1, 5])
def test_a_room_that_knows_less_or_more_than_we_believe_gets_the_rest(
    room: FakeRoom, seat: seats.Seat, known: int
) -> None:
    """Brought back from an older copy, or told by a copy of us: nothing new is lost."""
    add(1, 2, 3)
    Sender(seat).send()
    event = room.events[1]
    room.events = dict.fromkeys(range(1, known + 1), event)
    add(4)
    for _ in range(2):
        if len(Outbox()):
            try:
                Sender(seat).send()
            except RoomSilent:
                continue

    assert room.data("hint_taken")[known:] == [{"number": 4}]
    assert len(Outbox()) == 0


def test_a_clock_that_jumps_back_changes_no_order(
    room: FakeRoom, seat: seats.Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told is a moment of this machine; what counts is the place."""
    times = iter([datetime(2030, 1, 1, tzinfo=UTC), datetime(1999, 1, 1, tzinfo=UTC)])

    class Jumping(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return next(times)

    monkeypatch.setattr(outbox, "datetime", Jumping)
    add(1, 2)
    Sender(seat).send()

    told = [room.events[n]["at"] for n in (1, 2)]
    assert numbers(room) == [1, 2]
    assert told[0] > told[1]
    assert all(datetime.fromisoformat(at).tzinfo for at in told)


def test_one_event_that_the_room_never_takes_is_in_the_way_of_none(
    room: FakeRoom, seat: seats.Seat
) -> None:
    """It is found, noted and left out; the others arrive without a gap."""
    room.refuses = "diff"
    add(1)
    Reporter().diff("01_n_plus_one", "+x")
    add(2, 3)
    Sender(seat).send()

    assert numbers(room) == [1, 2, 3]
    assert sorted(room.events) == [1, 2, 3]


def test_no_sending_is_larger_than_the_room_takes(room: FakeRoom, seat: seats.Seat) -> None:
    """Neither in events nor in bytes, with the largest diffs there are."""
    add(*range(150))
    for _ in range(3):
        Reporter().diff("01_n_plus_one", '"\\\n' * 40_000)
    Sender(seat).send()

    assert len(room.events) == 153
    assert max(room.bodies) <= MOST_BYTES


def test_a_diff_is_cut_at_the_end_of_a_line() -> None:
    """As much of it as fits; one that fits is left as it is."""
    lines = [f"+ line {number} ñ\n" for number in range(9_000)]
    cut = fitting("".join(lines))

    assert fitting("".join(lines[:100])) == "".join(lines[:100])
    assert cut.endswith("\n")
    assert "".join(lines).startswith(cut)
    assert 40_000 < len(cut.encode()) <= 48 * 1024


def test_a_full_outbox_keeps_what_it_has(seat: seats.Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    """A room that never answers fills no disk."""
    monkeypatch.setattr(outbox, "MOST", 3)
    add(1, 2, 3, 4)

    assert [event["data"]["number"] for event in Outbox().batch().events] == [1, 2, 3]


def test_only_one_process_sends_at_a_time(room: FakeRoom, seat: seats.Seat) -> None:
    """Whoever comes second leaves it to the first: no late answer confirms too little."""
    add(1)
    with if_free(seats.lock("sending")) as ours:
        assert ours
        assert not Sender(seat).send()

    assert room.asked == 0


def test_a_seat_that_the_room_does_not_know_is_not_asked_for_again(
    room: FakeRoom, seat: seats.Seat
) -> None:
    """The refusal is remembered, and the events stay where they are."""
    stranger = seats.Seat(seat.base, seat.code, "1", "another token", "n", "", "", "")
    seats.keep(stranger)
    add(1)
    with pytest.raises(RoomRefused) as caught:
        Sender(stranger).send()
    sender.note_refusal(caught.value)

    assert caught.value.status == 401
    assert seats.inbox_file().read().gone


def test_a_proxy_of_the_house_is_not_asked_for_a_laptop_in_the_room() -> None:
    """Private addresses and bare names are near; the rest may need a proxy."""
    near = [
        line._is_near(host) for host in ("127.0.0.1", "192.168.1.4", "::1", "laptop", "a.local")
    ]

    assert all(near)
    assert not line._is_near("room.example.org")
