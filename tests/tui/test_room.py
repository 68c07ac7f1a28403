"""In a room: quiet notices, a mark that says whether it answers, and a key for each thing to tell."""

from collections.abc import Iterator
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.fake_room import FakeRoom, open_room
from tests.tui import fakes
from tests.tui.driving import SIZES, Play, press, settled, shown, text_of, until
from tutor.seat import seat as seats
from tutor.seat import worker
from tutor.tui import seated
from tutor.tui.screens.confirm import ConfirmDialog
from tutor.tui.screens.room import RoomDialog
from tutor.tui.screens.title import TitleScreen
from tutor.tui.screens.workbench import Workbench


@pytest.fixture
def room() -> Iterator[FakeRoom]:
    """A room that answers."""
    with open_room() as room:
        yield room


@pytest.fixture
def joined(room: FakeRoom, monkeypatch: pytest.MonkeyPatch) -> FakeRoom:
    """The room, in which the learner sits; a second of the game is shorter."""
    monkeypatch.setattr(worker, "LOOK", 0.05)
    monkeypatch.setattr(seated, "LOOK", 0.1)
    monkeypatch.setattr(worker, "EVERY", 0.1)
    seats.keep(room.seat())
    return room


def flat(pilot: Pilot[int]) -> str:
    """Return what is on the screen as one line."""
    return " ".join(text_of(pilot).split())


async def test_without_a_room_nothing_of_it_is_there(play: Play) -> None:
    """No mark, no key, no thread."""
    async with play(at="workbench", size=(140, 45)) as pilot:
        before = text_of(pilot)
        await press(pilot, "P", "U", "Y", "Z")

        assert isinstance(pilot.app.screen, Workbench)
        assert "room" not in before
        assert pilot.app.seat is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", SIZES)
async def test_the_mark_says_that_one_sits_in_a_room(
    play: Play, joined: FakeRoom, size: tuple[int, int]
) -> None:
    """On the title as at work; another one where it does not answer."""
    async with play(at="workbench", size=size) as pilot:
        assert "P ● room" in await shown(pilot, "P ● room")
        joined.mood = "500"

        assert "P ○ room, no answer" in await shown(pilot, "no answer")
        assert isinstance(pilot.app.screen, Workbench)


async def test_a_message_is_a_notice_and_stays_readable(play: Play, joined: FakeRoom) -> None:
    """The room hears that it was seen; the list has it, with a hint of the level in full."""
    async with play(at="workbench", size=(110, 40), notices=True) as pilot:
        level = pilot.app.screen.level  # type: ignore[attr-defined]
        joined.say("Look at the *second* query")
        joined.say("", kind="hint", level=level.slug, number=2)
        seen = await shown(pilot, "Look at the *second* query")
        await until(pilot, lambda: len(joined.data("message_seen")) == 2)
        marked = await shown(pilot, "2 new")
        await press(pilot, "P")
        listed = flat(pilot)
        opening = " ".join(level.hints[1].text["en"].replace("`", "").replace("*", "").split()[:5])

        assert "Room: Ines: Look at the *second* query" in seen
        assert "2 new" in marked
        assert isinstance(pilot.app.screen, RoomDialog)
        assert "Django, Tuesday. You are silver otter." in listed
        assert "here is hint 2 of level 1" in listed
        assert opening in listed
        await press(pilot, "escape")
        await until(pilot, lambda: "new" not in text_of(pilot).splitlines()[-1])


async def test_a_pushed_hint_is_not_a_hint_that_was_taken(
    play: Play, joined: FakeRoom, session: fakes.FakeSession
) -> None:
    """Whoever gives the workshop decided so, not the learner."""
    joined.say("", kind="hint", level=session.levels[0].slug, number=1)
    async with play(at="workbench") as pilot:
        await until(pilot, lambda: joined.data("message_seen"))

        assert session.hints_taken(session.levels[0]) == []


@pytest.mark.parametrize("text", ["[/b]", "[@click=app.quit()]q[/]", "[bold", "\x1b[2Jgone"])
async def test_words_of_the_room_are_words(play: Play, joined: FakeRoom, text: str) -> None:
    """No markup and no sequence of the terminal's, in notice and list, from whoever sends them."""
    joined.say(text, **{"from": text})
    joined.stand["hand"] = text
    async with play(at="workbench", size=(110, 40), notices=True) as pilot:
        await until(pilot, lambda: joined.data("message_seen"))
        await press(pilot, "P")
        said = text.replace("\x1b", "").strip()

        assert said in flat(pilot)
        assert "\x1b" not in text_of(pilot)


async def test_the_hand_goes_up_and_down_with_one_key(play: Play, joined: FakeRoom) -> None:
    """Also in the list; the mark shows it, and when somebody comes."""
    async with play(at="workbench", size=(110, 40), notices=True) as pilot:
        await shown(pilot, "P ● room")
        await press(pilot, "U")
        assert "Your hand is up." in await shown(pilot, "Your hand is up.")
        joined.stand["hand"] = "raised"
        assert "hand up" in await shown(pilot, "hand up")
        joined.stand["hand"] = "taken"
        assert "somebody comes" in await shown(pilot, "somebody comes")
        await press(pilot, "P", "U")
        await until(pilot, lambda: "hand_lowered" in joined.kinds)

        hands = [kind for kind in joined.kinds if kind.startswith("hand")]
        assert hands == ["hand_raised", "hand_lowered"]


async def test_ready_is_told_of_this_level(
    play: Play, joined: FakeRoom, session: fakes.FakeSession
) -> None:
    """And taken back with the same key."""
    async with play(at="workbench") as pilot:
        await shown(pilot, "P ● room")
        await press(pilot, "Y")
        await press(pilot, "Y")
        await until(pilot, lambda: len(joined.data("ready")) == 2)

        slug = session.levels[0].slug
        assert joined.data("ready") == [{"level": slug, "on": True}, {"level": slug, "on": False}]


async def test_a_diff_goes_once_and_only_after_a_yes(
    play: Play, joined: FakeRoom, session: fakes.FakeSession
) -> None:
    """A no sends nothing, nor does a later edit."""
    async with play(at="workbench") as pilot:
        await shown(pilot, "P ● room")
        path = session.workspace.folder / "catalog/views.py"
        path.write_text(path.read_text() + "# mine\n")
        await press(pilot, "Z")
        assert isinstance(pilot.app.screen, ConfirmDialog)
        await press(pilot, "n", "Z", "y")
        await until(pilot, lambda: joined.data("diff"))
        path.write_text(path.read_text() + "# later\n")
        await settled(pilot)

        (sent,) = joined.data("diff")
        assert "+# mine" in sent["text"]
        assert "later" not in sent["text"]


async def test_a_closed_level_and_a_locked_answer_are_a_request(
    play: Play, joined: FakeRoom, session: fakes.FakeSession
) -> None:
    """Both are said, and neither stops anybody."""
    joined.stand |= {"levels": {"open": []}, "answers": []}
    async with play(size=(110, 40), notices=True) as pilot:
        app: Any = pilot.app
        await until(pilot, lambda: app.room_view and app.room_view.inbox.levels == [])
        await press(pilot, "m", "enter")
        assert "has not opened level 1 yet" in await shown(pilot, "has not opened")
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, Workbench)
        await settled(pilot)
        await press(pilot, "a")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))

        assert "It only asks" in await shown(pilot, "It only asks")
        await press(pilot, "y")
        assert session.level_progress(session.levels[0]).answer_seen


async def test_an_accident_is_told_with_its_reason(play: Play, joined: FakeRoom) -> None:
    """Where no shop runs, it does not happen."""
    async with play(at="workbench", size=(110, 40), notices=True) as pilot:
        await shown(pilot, "P ● room")
        joined.say("", kind="incident", incident="kill_replica")

        # A notice is broken into lines.
        assert "does not run" in " ".join((await shown(pilot, "not run")).split())
        await until(pilot, lambda: joined.data("incident"))
        assert joined.data("incident")[0]["state"] == "refused"


async def test_a_room_that_was_left_is_gone_from_the_screen(play: Play, joined: FakeRoom) -> None:
    """`tutor leave` in another terminal, and the game goes on without it."""
    async with play() as pilot:
        await shown(pilot, "P ● room")
        seats.forget()
        await until(pilot, lambda: "room" not in text_of(pilot).splitlines()[-1])

        assert isinstance(pilot.app.screen, TitleScreen)
        assert pilot.app.seat is None  # type: ignore[attr-defined]


async def test_a_room_that_never_answers_slows_no_key(play: Play, joined: FakeRoom) -> None:
    """The game goes on at once, and what the room should hear is kept."""
    joined.mood = "late"
    async with play(at="workbench") as pilot:
        await press(pilot, "2", "U", "h")

        assert isinstance(pilot.app.screen, Workbench)
        kept = [event["kind"] for event in seats.Outbox().batch().events]
        assert kept == ["level_opened", "level_opened", "hand_raised", "hint_taken"]


async def test_everything_is_said_in_the_other_language(play: Play, joined: FakeRoom) -> None:
    """Mark, list and notices follow the switch."""
    joined.say("Hola")
    async with play(at="workbench", size=(110, 40), language="es") as pilot:
        assert "P ● sala" in await shown(pilot, "P ● sala")
        await press(pilot, "P", "ctrl+l")

        assert "The room answers." in await shown(pilot, "The room answers.")
