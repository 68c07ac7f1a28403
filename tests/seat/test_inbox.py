"""What the room says is taken for what it is: words of somebody else."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutor.base.damage import news
from tutor.seat import seat as seats
from tutor.seat.inbox import LONGEST, Inbox, inbox_file
from tutor.seat.text import clean

plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)
messages = st.fixed_dictionaries(
    {"id": values, "kind": st.sampled_from(["sentence", "hint", "incident"]) | values},
    optional=dict.fromkeys(["text", "from", "level", "number", "incident"], values),
)
answers = st.fixed_dictionaries(
    {"cursor": st.integers(0, 9)},
    optional={
        "messages": st.lists(messages, max_size=3) | values,
        "levels": st.fixed_dictionaries({"open": values}) | values,
        "answers": values,
        "hand": st.sampled_from(["raised", "taken", None]) | values.filter(lambda v: v.__hash__),
        "closed": values,
    },
)


def sentence(id: object, text: object) -> dict[str, Any]:
    """Return a sentence as a room sends one."""
    return {"id": id, "kind": "sentence", "text": text, "from": "Ines"}


@settings(max_examples=40, deadline=None, derandomize=True, database=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(told=answers)
def test_whatever_the_room_says_can_be_kept_and_read_again(told: dict[str, Any]) -> None:
    """No answer of any server ends the thread, or damages our own file."""
    inbox = Inbox()
    inbox.take(told, with_hand=True)

    again = Inbox.from_json(json.loads(json.dumps(inbox.to_json())))
    assert again == inbox


def test_a_message_comes_once_however_often_it_is_sent(seat: seats.Seat) -> None:
    """A room that was brought back begins its cursor anew."""
    told = {"cursor": 1, "messages": [sentence(1, "Hello"), sentence(1, "Hello")]}
    with inbox_file().change() as inbox:
        first = inbox.take(told, with_hand=True)
        second = inbox.take(told, with_hand=True)

    assert [message.text for message in first] == ["Hello"]
    assert second == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b]0;title\x07", "[31mred ]0;title"),
        ("one\r\ntwo\ttabs", "one two tabs"),
        ("\u202egnorw", "gnorw"),
        ("zero\u200bwidth\ufeff", "zero width"),
        ("\ud800half", "half"),
        ("[/b] [@click=app.quit()]x[/]", "[/b] [@click=app.quit()]x[/]"),
        ("x" * 5000, "x" * (LONGEST - 1) + "…"),
        (7, ""),
    ],
    ids=["terminal", "lines", "turned", "unseen", "half", "markup", "long", "number"],
)
def test_words_of_others_steer_nothing(text: object, shown: str) -> None:
    """Neither the terminal nor the direction, and they have an end."""
    assert clean(text, LONGEST) == shown


def test_a_damaged_inbox_is_set_aside_and_named(seat: seats.Seat) -> None:
    """The room is asked from the beginning again."""
    inbox_file().path.write_text('{"schema": 1, "cursor": "x"}')

    assert inbox_file().read() == Inbox()
    assert [found.said["id"] for found in news()] == ["set_aside"]


def test_a_damaged_seat_is_no_seat(seat: seats.Seat) -> None:
    """The learner is told, and joins anew."""
    seats.seat_file().write_text("{")

    assert seats.current() is None
    assert [found.said["id"] for found in news()] == ["set_aside"]


def test_nobody_else_reads_the_token(seat: seats.Seat) -> None:
    """Whoever has it speaks for the learner."""
    assert seats.seat_file().stat().st_mode & 0o077 == 0
