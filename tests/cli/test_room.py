"""The commands around a room, against one on this machine."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.fake_room import CODE, FakeRoom, open_room
from tests.real import LEVEL, Tutor
from tutor import __version__
from tutor.cli import to_room
from tutor.cli.group import cli
from tutor.seat import seat as seats
from tutor.seat import sender

SPANISH = {"LC_ALL": "", "LANG": "es_ES.UTF-8"}


@pytest.fixture
def room() -> Iterator[FakeRoom]:
    """A room that answers."""
    with open_room() as room:
        yield room


@pytest.fixture
def joined(cold_tutor: Tutor, room: FakeRoom) -> Tutor:
    """The command of a learner who sits in the room."""
    done = cold_tutor("join", f"{room.url}/{CODE}", "--nickname", "silver otter", "--yes")
    assert done.code == 0, done.said
    return cold_tutor


def seat_file(tutor: Tutor) -> Path:
    """Return where the seat is kept."""
    return tutor.home / "seat" / "seat.json"


def test_joining_says_first_what_the_room_sees_and_asks(cold_tutor: Tutor, room: FakeRoom) -> None:
    """No answer and another answer than yes send nothing at all."""
    silent = cold_tutor("join", f"{room.url}/{CODE}")
    refused = cold_tutor("join", f"{room.url}/{CODE}", stdin="no\n")
    asked = room.asked
    done = cold_tutor("join", f"{room.url}/{CODE.lower()}", stdin="yes\n\nAda L.\n")

    assert silent.code == refused.code == 130
    assert asked == 0
    for told in (silent, refused, done):
        assert "which level you are in, how each goal stands" in told.out
        assert "It never sees your files." in told.out
    assert done.code == 0
    (seated,) = room.joined
    assert len(seated["nickname"].split()) == 2
    assert seated["name"] == "Ada L."
    assert seated["version"] == __version__
    assert LEVEL in seated["levels"]
    assert f"You sit in the room Django, Tuesday, as {seated['nickname']}." in done.out
    assert "levels and goals" in done.out


def test_a_nickname_is_two_words_of_the_learner_s_language(
    cold_tutor: Tutor, room: FakeRoom
) -> None:
    """And everything else that is said, too."""
    done = cold_tutor("join", f"{room.url}/{CODE}", "--yes", env=SPANISH)

    assert room.joined[0]["language"] == "es"
    assert len(room.joined[0]["nickname"].split()) == 2
    assert "Estás en la sala" in done.out


def test_a_nickname_that_is_taken(cold_tutor: Tutor, room: FakeRoom) -> None:
    """A chosen one is refused with one that is free; who is asked chooses again."""
    room.taken_names = {"otter"}
    chosen = cold_tutor("join", f"{room.url}/{CODE}", "--nickname", "otter", "--yes")
    asked = cold_tutor("join", f"{room.url}/{CODE}", stdin="yes\notter\n\n\n")

    assert chosen.code == 2
    assert '--nickname "golden newt"' in chosen.err
    assert asked.code == 0
    assert room.joined[0]["nickname"] == "golden newt"


def test_a_wrong_room_is_explained(cold_tutor: Tutor, room: FakeRoom) -> None:
    """No address, no such code, nobody there; exit codes as everywhere, and no seat is kept."""
    wrong = cold_tutor("join", "nonsense", "--yes")
    other = cold_tutor("join", f"{room.url}/ZZZZZZ", "--yes")
    nobody = cold_tutor("join", f"127.0.0.1:9/{CODE}", "--yes")

    assert (wrong.code, other.code, nobody.code) == (2, 2, 1)
    assert "'nonsense' is no address of a room." in wrong.err
    assert "There is no room ZZZZZZ" in other.err
    assert "does not answer" in nobody.err
    assert not seat_file(cold_tutor).exists()


def test_what_commands_do_is_told(joined: Tutor, room: FakeRoom) -> None:
    """A hint, a hand up and down, ready and not, the receipt of the doctor: each in its turn."""
    joined("hint")
    up = joined("hand", "which cookie?")
    joined("hand", "--down")
    joined("ready")
    joined("ready", "--not")
    receipt = joined("doctor", "--room", "--json")

    kinds = ["hint_taken", "hand_raised", "hand_lowered", "ready", "ready", "doctor"]
    assert room.kinds == kinds
    assert room.data("hand_raised") == [{"text": "which cookie?"}]
    assert room.data("ready") == [{"level": LEVEL, "on": True}, {"level": LEVEL, "on": False}]
    missing = [part["part"] for part in receipt.document if part["state"] == "missing"]
    assert room.data("doctor")[0]["missing"] == [part.replace(" ", "_") for part in missing]
    assert str(joined.folder) not in json.dumps(room.data("doctor"))
    assert "Your hand is up." in up.out


def test_a_room_that_does_not_answer_costs_a_command_a_moment(
    joined: Tutor, room: FakeRoom
) -> None:
    """What it should hear is kept, said so, and goes with the next command."""
    room.mood = "late"
    began = time.monotonic()
    kept = joined("hand", "help!")
    seconds = time.monotonic() - began
    room.mood = "good"
    joined("hint")

    assert "It is kept, and goes with the next." in kept.out
    assert kept.code == 0
    assert seconds < 10
    assert room.kinds == ["hand_raised", "hint_taken"]


@pytest.mark.parametrize("words", [["hand", "help!"], ["hand", "--down"]], ids=" ".join)
def test_a_command_that_says_whether_it_went_waits_once(
    home: Path, room: FakeRoom, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """Its end does not begin to wait anew for what has not gone."""
    waits: list[float] = []
    for module in (sender, to_room):
        monkeypatch.setattr(module, "send_briefly", lambda seconds: waits.append(seconds))
    seats.keep(room.seat())

    done = CliRunner().invoke(cli, words)

    assert "It is kept, and goes with the next." in done.output
    assert waits == [to_room.PATIENCE]


def test_leaving_is_one_command_and_final(joined: Tutor, room: FakeRoom) -> None:
    """The room hears it; nothing is kept, and nothing told from then on."""
    left = joined("leave")
    joined("hint")
    again = joined("leave")

    assert left.code == 0
    assert room.has_left
    assert room.kinds == []
    assert not seat_file(joined).exists()
    assert again.code == 2
    assert "You sit in no room." in again.err


def test_leaving_works_without_the_room(joined: Tutor, room: FakeRoom) -> None:
    """And says that it has not heard."""
    room.mood = "500"
    left = joined("leave")

    assert left.code == 0
    assert "it does not know yet" in left.out
    assert not seat_file(joined).exists()


def test_a_second_room_needs_the_first_one_left(joined: Tutor, room: FakeRoom) -> None:
    """Nobody changes rooms by accident."""
    again = joined("join", f"{room.url}/{CODE}", "--yes")

    assert again.code == 2
    assert "You sit in the room Django, Tuesday already, as silver otter." in again.err


def test_a_damaged_seat_is_named_and_stops_nothing(joined: Tutor, room: FakeRoom) -> None:
    """The hint is given; the file is beside where it was."""
    seat_file(joined).write_text("{")
    done = joined("hint")

    assert done.code == 0
    assert "seat.json.damaged" in done.err


@pytest.mark.services
def test_a_run_is_told_with_its_verdict(tutor: Tutor, room: FakeRoom) -> None:
    """A quick check in the shell: begun, and ended with what it found; nothing is left to send."""
    tutor("join", f"{room.url}/{CODE}", "--yes")
    done = tutor("verify", "--quick", "--json")

    assert room.kinds == ["run_started", "run_finished"]
    (run,) = room.data("run_finished")
    assert run["outcome"] == "lost"
    assert run["findings"] == [
        finding["id"]
        for finding in sorted(done.document["findings"], key=lambda f: f["kind"] != "foul")
    ]
    assert run["goals"].keys() == {goal["id"] for goal in done.document["goals"]}
