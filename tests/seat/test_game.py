"""The seat of a game: what its front end shows of the room, and tells it."""

import threading
from collections.abc import Callable

import pytest

from tests.fake_room import FakeRoom
from tests.seat.playing import LEVEL, FakeStack, Play
from tutor.seat import seat as seats
from tutor.seat import worker
from tutor.seat.game import GameSeat, Learner
from tutor.seat.inbox import inbox_file
from tutor.seat.outbox import Outbox
from tutor.seat.reporter import Reporter
from tutor.seat.worker import RoomView, unshown


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let seconds be hundredths."""
    monkeypatch.setattr(worker, "LOOK", 0.01)
    monkeypatch.setattr(worker, "EVERY", 0.05)


def game(tell: Callable[[RoomView], None], level: str = LEVEL) -> GameSeat:
    """Return the seat of a game without a shop."""
    learner = Learner(FakeStack(), lambda: level, lambda: "+x", lambda: False)  # type: ignore[arg-type]
    return GameSeat(learner, tell)


def test_two_games_of_one_seat_ask_once(room: FakeRoom, seat: seats.Seat, quick: None) -> None:
    """The second one shows what the first one heard, and talks once that one is closed."""
    heard: dict[str, threading.Event] = {name: threading.Event() for name in ("a", "b", "late")}

    def hear(name: str) -> Callable[[RoomView], None]:
        def tell(view: RoomView) -> None:
            if view.inbox.messages:
                heard[name].set()
            if len(view.inbox.messages) == 2 and name == "b":
                heard["late"].set()

        return tell

    room.say("Hello")
    first, second = game(hear("a")), game(hear("b"))
    try:
        assert first.look()
        assert heard["a"].wait(10)
        second.look()
        assert heard["b"].wait(10)
        first.close()
        room.say("Once more")
        assert heard["late"].wait(10)
    finally:
        first.close()
        second.close()


def test_a_seat_that_is_left_is_talked_for_no_more(
    room: FakeRoom, seat: seats.Seat, quick: None
) -> None:
    """`tutor leave` in another terminal ends it."""
    said = threading.Event()
    seat_of_game = game(lambda view: said.set())
    assert seat_of_game.look()
    assert said.wait(10)
    seats.forget()

    assert not seat_of_game.look()


def test_what_was_shown_is_told_once(room: FakeRoom, seat: seats.Seat) -> None:
    """However often a notice is drawn."""
    room.say("Hello")
    play = Play(seat)
    play.step()
    seat_of_game, new = game(play.views.append), unshown(play.last)
    seat_of_game.note_shown(new)
    seat_of_game.note_shown(new)
    play.step(1)

    assert room.data("message_seen") == [{"id": 1}]
    assert unshown(seat_of_game.view()) == []


def test_hand_ready_and_diff_are_told_of_this_level(room: FakeRoom, seat: seats.Seat) -> None:
    """Each switch goes both ways."""
    seat_of_game = game(lambda view: None)
    switched = [seat_of_game.switch_hand(), seat_of_game.switch_hand()]
    switched += [seat_of_game.switch_ready(), seat_of_game.switch_ready()]
    whole = seat_of_game.send_diff()
    Play(seat).step()

    assert switched == [True, False, True, False]
    assert whole
    assert room.kinds == ["hand_raised", "hand_lowered", "ready", "ready", "diff"]
    assert [data["on"] for data in room.data("ready")] == [True, False]
    assert room.data("diff") == [{"level": LEVEL, "text": "+x"}]


def test_a_hand_that_the_room_has_not_heard_of_stays_up(room: FakeRoom, play: Play) -> None:
    """What it said before does not take it down."""
    play.step()
    room.refuses = "hand_raised"
    Reporter().hand_raised("")
    with inbox_file().change() as inbox:
        inbox.take(room.poll(0), with_hand=len(Outbox()) == 0)

    assert inbox_file().read().hand == "raised"
