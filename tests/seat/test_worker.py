"""The thread that talks to the room: asks rarely, gives way, and goes on after any trouble."""

from itertools import pairwise
from typing import Any

import pytest

from tests.fake_room import FakeRoom
from tests.seat.playing import LEVEL, Play
from tutor.base.log import log_file
from tutor.seat import seat as seats
from tutor.seat import worker
from tutor.seat.inbox import inbox_file
from tutor.seat.kept import KeptFile
from tutor.seat.outbox import Outbox
from tutor.seat.reporter import Reporter
from tutor.seat.sender import Sender


def test_most_answers_are_that_nothing_is_new(room: FakeRoom, play: Play) -> None:
    """It asks with cursor and ETag, after ten seconds more or less, and not before."""
    room.say("Hello")
    play.step()
    play.step(worker.EVERY * (1 - worker.JITTER) - 0.1)
    early = len(room.polls)
    play.step(worker.EVERY)
    play.step(worker.EVERY * 2)

    assert early == 1
    assert [cursor for cursor, _ in room.polls] == [0, 1, 1]
    assert room.polls[0][1] == ""
    assert room.polls[1][1] == room.polls[2][1] == room.etag
    assert len(play.views) == 1, "what is as it was is not told again"


def test_what_is_kept_goes_at_the_next_look(room: FakeRoom, play: Play) -> None:
    """Whoever kept it, and without waiting for the next question."""
    play.step()
    Reporter().hand_raised("which cookie?")
    play.step(1)

    assert room.data("hand_raised") == [{"text": "which cookie?"}]
    assert len(room.polls) == 1


def test_what_is_kept_while_something_is_sent_goes_at_the_next_look(
    room: FakeRoom, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even in the moment after the sending, when nothing seemed to be left."""
    send = Sender.send

    def send_and_be_overtaken(sender: Sender) -> bool:
        is_empty = send(sender)
        if not room.data("hand_lowered") and len(Outbox()) == 0 and room.data("hand_raised"):
            Reporter().hand_lowered()
        return is_empty

    play.step()
    Reporter().hand_raised("which cookie?")
    with monkeypatch.context() as patch:
        patch.setattr(Sender, "send", send_and_be_overtaken)
        play.step(1)
    late = len(Outbox())
    play.step(1)

    assert late == 1
    assert room.kinds == ["hand_raised", "hand_lowered"]


@pytest.mark.parametrize("mood", ["500", "garbage", "no"])
def test_a_silent_room_is_asked_ever_less_often(room: FakeRoom, play: Play, mood: str) -> None:
    """At most once a minute; when it answers again, everything goes at once."""
    play.step()
    room.mood = mood
    for _ in range(600):
        play.step(1)
        if play.now == 100:
            Reporter().level_opened(LEVEL)
    asked = room.asked
    silent = play.last
    room.mood = "good"
    play.poll()

    assert 10 <= asked <= 22
    assert silent.answers is False
    assert silent.waiting == 1
    assert play.last.answers is True
    assert play.last.waiting == 0
    assert room.kinds == ["level_opened"]


def test_a_seat_that_was_deleted_is_silent_from_then_on(room: FakeRoom, seat: seats.Seat) -> None:
    """The learner is told; nobody knocks at a door for ever."""
    stranger = seats.Seat(seat.base, seat.code, "1", "another token", "n", "", "", "")
    seats.keep(stranger)
    play = Play(stranger)
    play.step()
    asked = room.asked
    play.poll()

    assert play.last.inbox.gone
    assert room.asked == asked == 1


def test_trouble_with_our_own_files_ends_nothing(room: FakeRoom, play: Play) -> None:
    """It is noted once and tried again ever less often; once it is mended, everything goes on."""
    path, tries = inbox_file().path, []
    with play.worker._held:
        play.worker.look()
        whole = path.read_text()
        path.write_text('{"schema": 99}')
        for _ in range(600):
            play.now += 1
            before = play.worker._troubles
            assert play.worker.look()
            tries += [play.now] if play.worker._troubles > before else []
        path.write_text(whole)
        room.say("Hello")
        for _ in range(int(worker.SLOWEST)):
            play.now += 1
            play.worker.look()

    pauses = [after - before for before, after in pairwise(tries)]
    assert pauses == sorted(pauses)
    assert 10 <= len(tries) <= 20
    assert max(pauses) == worker.SLOWEST
    assert log_file().read_text().count("schema 99") == 1
    assert [one.text for one in play.last.inbox.messages] == ["Hello"]


def test_while_nothing_is_new_no_file_is_read(
    room: FakeRoom, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A game may be open all day: only what somebody has replaced is read again."""
    read: list[str] = []
    read_whole = KeptFile._read_whole

    def noted(file: KeptFile[Any]) -> Any:
        read.append(file.path.name)
        return read_whole(file)

    monkeypatch.setattr(KeptFile, "_read_whole", noted)
    with play.worker._held:
        for _ in range(3):
            play.worker.look()
        read.clear()
        for _ in range(int(worker.EVERY * (1 - worker.JITTER)) - 1):
            play.now += 1
            play.worker.look()
        idle = list(read)
        Reporter().hand_lowered()
        read.clear()
        play.worker.look()

    assert idle == []
    assert set(read) == {"outbox.json"}
    assert room.kinds == ["hand_lowered"]


def test_how_things_stand_is_told(room: FakeRoom, play: Play) -> None:
    """Levels and answers that are open, the hand, the end."""
    room.stand = {"levels": {"open": [LEVEL]}, "answers": [], "hand": "taken", "closed": True}
    play.step()

    inbox = play.last.inbox
    assert (inbox.levels, inbox.answers, inbox.hand) == ([LEVEL], [], "taken")
    assert inbox.closed
