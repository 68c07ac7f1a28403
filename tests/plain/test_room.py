"""The room in the plain game: lines between two commands, and a command for each thing to tell."""

from collections.abc import Iterator

import pytest

from tests.fake_room import FakeRoom, open_room
from tests.helpers import wait_until
from tests.plain.conftest import Play, said
from tests.tui import fakes
from tutor.cli.plain import room as plain_room
from tutor.seat import seat as seats
from tutor.seat.sender import Sender


@pytest.fixture
def room() -> Iterator[FakeRoom]:
    """A room that answers."""
    with open_room() as room:
        yield room


@pytest.fixture
def joined(room: FakeRoom, monkeypatch: pytest.MonkeyPatch) -> FakeRoom:
    """The room, in which the learner sits; between two commands there is time to hear of it."""
    seats.keep(room.seat())
    tell_news = plain_room.PlainRoom.tell_news

    def once_heard(game_room: plain_room.PlainRoom, *asked: object) -> None:
        game_room.look()
        assert wait_until(lambda: game_room._view and game_room._view.answers is not None)
        tell_news(game_room, *asked)  # type: ignore[arg-type]

    monkeypatch.setattr(plain_room.PlainRoom, "tell_news", once_heard)
    return room


def test_what_the_room_says_comes_as_lines(
    play: Play, joined: FakeRoom, session: fakes.FakeSession
) -> None:
    """Between two commands, once; `room` says all of it again, a hint with its text."""
    joined.say("Look at \x1b[31mthis\x1b[0m")
    joined.say("", kind="hint", level=session.levels[0].slug, number=1)
    joined.stand |= {"levels": {"open": []}}
    out = play("", "room", "where")
    text = said(out)
    first_line = session.levels[0].hints[0].text["en"].split()[0:3]

    assert "\x1b" not in out
    assert text.count("Ines: Look at [31mthis [0m") == 2
    assert text.count(" ".join(first_line)) == 2
    assert "You sit in a room, and it answers." in text
    assert "Django, Tuesday. You are silver otter. The room answers." in text
    assert "It never sees your files." in text


def test_a_closed_level_and_a_locked_answer_are_a_request(play: Play, joined: FakeRoom) -> None:
    """Both are said, and neither stops anybody."""
    joined.stand |= {"levels": {"open": []}, "answers": []}
    out = said(play("play 2", "answer", "yes", at=1))

    assert "has not opened level 2 yet. It only asks you to wait" in out
    assert "It only asks: nothing is locked." in out
    assert "Reference answer" in out or "diff" in out


def test_hand_ready_and_diff_have_their_commands(
    play: Play, joined: FakeRoom, session: fakes.FakeSession
) -> None:
    """The hand with a word to it; the diff only after a yes."""
    out = said(play("hand which cookie?", "hand", "ready", "send", "no", "send", "yes"))
    Sender(seats.require()).send()

    kinds = [kind for kind in joined.kinds if kind not in ("level_opened", "message_seen")]
    assert kinds == ["hand_raised", "hand_lowered", "ready", "diff"]
    assert joined.data("hand_raised") == [{"text": "which cookie?"}]
    assert "Your hand is up." in out
    assert "The room is told that you are ready with level 1." in out
    assert "Your diff is on its way to the room." in out


def test_without_a_room_its_commands_say_how_one_is_joined(play: Play) -> None:
    """In both languages."""
    english = said(play("hand"))
    spanish = said(play("mano", language="es"))

    assert "You sit in no room. What to do: `tutor join ADDRESS/CODE`" in english or (
        "You sit in no room." in english and "tutor join" in english
    )
    assert "No estás en ninguna sala." in spanish
