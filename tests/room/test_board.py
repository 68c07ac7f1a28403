"""The pages: who gets in, what they show, and what cannot be slipped in."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.room.conftest import Room, event, lost

LEVEL, GOAL = "01_n_plus_one", "queries_bronze"
EVIL = "<script>alert(1)</script>"
PAGES = (
    "board",
    "prepared",
    "pace",
    "incidents",
    "house",
    "wall",
    f"goal/{LEVEL}/{GOAL}",
    "seat/1",
)
FOR_HELPERS = {"board", "prepared", "wall", f"goal/{LEVEL}/{GOAL}", "seat/1"}


async def stuck(room: Room, nickname: str) -> dict[str, str]:
    """Let somebody be stuck on the first goal."""
    seat = await room.join(nickname, name=EVIL)
    runs = [
        lost(n, LEVEL, (GOAL, "missed"), ("faster", "open"), finding="page_fails")
        for n in range(1, 4)
    ]
    await room.tell(seat, *runs)
    return seat


async def test_a_stranger_sees_nothing(room: Room) -> None:
    """With the code, which every learner has; with a wrong key; with the key of another room."""
    from tutor.room.live import live
    from tutor.room.store import instructor_key, open_room

    await room.join()
    other = await live.write(open_room, "another", "en")
    key = await live.ask(instructor_key, other.pk)
    elsewhere = await room.visitor(key)
    elsewhere.cookies["key"]["path"] = f"/{room.code}/"

    for page in (*PAGES, "stream", "room.csv", "room.jsonl", "do/push"):
        for browser in (room.client, elsewhere):
            assert (await browser.get(f"/{room.code}/{page}")).status_code == 403, page
    assert (await room.client.get("/k/guessed")).status_code == 404


async def test_the_key_goes_from_the_address_into_a_cookie(room: Room) -> None:
    """That no script reads, and that is sent to this room only."""
    browser = await room.instructor()

    cookie = browser.cookies["key"]

    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"]) == ("Lax", f"/{room.code}/")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_page_speaks_the_language_and_lets_nothing_slip_in(
    room: Room, language: str
) -> None:
    """Names, findings and hands are text; no page needs anything but our two files."""
    seat = await stuck(room, f"h {EVIL}"[:32])
    await room.tell(
        seat,
        event(4, "hand_raised", text=EVIL),
        event(5, "diff", level=LEVEL, text=EVIL),
        event(6, "doctor", missing=["nginx"], version=EVIL, platform=EVIL),
    )
    browser = await room.instructor()
    await room.act(browser, "push", aim="all", text=EVIL)

    for page in PAGES:
        answer = await browser.get(f"/{room.code}/{page}?lang={language}")
        text = answer.content.decode()
        assert answer.status_code == 200, page
        assert f'<html lang="{language}">' in text
        assert "<script>alert" not in text, page
        assert "<b>bold" not in text
        assert "board." not in text.replace("board.css", ""), page
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


async def test_the_board_says_who_is_stuck_on_what(room: Room) -> None:
    """By the goal's own sentence; the goal's page has the hints and, but folded away, no name."""
    for nickname in ("brave otter", "calm lynx"):
        await stuck(room, nickname)
    await room.join("shy ferret")
    browser = await room.instructor()

    board = await room.page(browser)
    goal = await room.page(browser, f"goal/{LEVEL}/{GOAL}")
    wall = await room.page(browser, "wall")

    assert "are stuck on" in board
    assert f"/{room.code}/goal/{LEVEL}/{GOAL}" in board
    assert "At most 212 statements" in board
    assert "At most 212 statements" in goal
    assert "Send to 2" in goal
    for nickname in ("brave otter", "shy ferret"):
        assert nickname in board
        assert nickname not in wall
    assert "brave otter" not in goal.partition("<details")[0]


async def test_what_never_changes_is_made_once(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is drawn anew for each change of the room: neither its scenes nor its picture is."""
    from tutor.room import titles
    from tutor.room.pages import wall

    made: list[str] = []

    def noting(name: str, make: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *asked, **more: made.append(name) or make(*asked, **more)

    titles._scenes.cache_clear()
    wall.qr_code.cache_clear()
    monkeypatch.setattr(titles, "scenes_of", noting("scenes", titles.scenes_of))
    monkeypatch.setattr(wall.segno, "make", noting("picture", wall.segno.make))
    await stuck(room, "brave otter")
    browser = await room.instructor()
    for _ in range(2):
        for page in ("board", "wall", f"goal/{LEVEL}/{GOAL}"):
            await room.page(browser, page)

    assert sorted(made) == ["picture", "scenes"]


async def test_a_hand_is_taken_by_somebody_and_put_down(room: Room) -> None:
    """The learner sees that somebody comes."""
    browser, seat = await room.instructor(), await room.join()
    await room.tell(seat, event(1, "hand_raised", text="why?"))
    assert (await room.poll(seat)).json()["hand"] == "raised"

    await room.act(browser, "hand", seat=1)
    assert (await room.poll(seat)).json()["hand"] == "taken"
    assert "taken by the instructor" in await room.page(browser)
    await room.act(browser, "hand", seat=1, done="yes")

    assert (await room.poll(seat)).json()["hand"] is None


async def test_a_push_reaches_whom_it_is_meant_for(room: Room) -> None:
    """Everybody, those on a goal, or one; and the board says who has seen it."""
    first, second = await stuck(room, "brave otter"), await room.join("calm lynx")
    browser = await room.instructor()

    await room.act(browser, "push", aim="all", text="one")
    await room.act(browser, "push", aim="goal", level=LEVEL, goal=GOAL, hint="2")
    await room.act(browser, "push", aim="seat", seat=2, text="three")
    heard = [(await room.poll(seat)).json()["messages"] for seat in (first, second)]

    assert [m.get("text") or m["number"] for m in heard[0]] == ["one", 2]
    assert [m.get("text") for m in heard[1]] == ["one", "three"]
    assert heard[0][0]["from"] == "the instructor"
    assert heard[0][1] == {"id": 3, "kind": "hint", "level": LEVEL, "number": 2}
    await room.tell(second, event(1, "message_seen", id=heard[1][0]["id"]))
    assert "seen by 1 of 2" in await room.page(browser)


async def test_what_makes_no_sense_is_not_done(room: Room) -> None:
    """A form that no page of ours sends."""
    await room.join()
    browser = await room.instructor()

    for name, values in (
        ("push", {"aim": "all", "text": "  "}),
        ("push", {"aim": "seat", "seat": "99", "text": "x"}),
        ("push", {"aim": "all", "level": LEVEL, "hint": "99"}),
        ("push", {"aim": "all", "level": "nowhere", "hint": "1"}),
        ("incident", {"incident": "format_disk", "aim": "all"}),
        ("pace", {"what": "levels", "do": "close", "level": "nowhere"}),
        ("close", {}),
        ("remove", {"seat": "1"}),
        ("revoke", {"access": "x"}),
    ):
        assert await room.act(browser, name, **values) == 400, (name, values)
    assert await room.act(browser, "push", aim="all", text="x", back="//evil.example") == 303


async def test_a_form_from_elsewhere_is_refused(room: Room) -> None:
    """Without the token of the page nothing is done."""
    from django.test import AsyncClient

    browser = await room.instructor()
    seat = await room.join()
    strict = AsyncClient(enforce_csrf_checks=True)
    strict.cookies = browser.cookies

    assert await room.act(strict, "push", aim="all", text="forged") == 403

    assert (await room.poll(seat)).json()["messages"] == []


async def test_a_helper_helps_and_does_not_lead(room: Room) -> None:
    """Sees the board and takes hands; pace, incidents, keys and the end are the instructor's."""
    from tutor.room.codes import key_of
    from tutor.room.live import live
    from tutor.room.pages.acts import FOR_INSTRUCTOR

    leader, seat = await room.instructor(), await room.join()
    await room.act(leader, "grant", name="Ada")
    (key,) = live.keys_of(live.rooms[room.id])
    helper = await room.visitor(key_of(key.nonce))
    await room.tell(seat, event(1, "hand_raised", text=""))

    for page in PAGES:
        status = (await helper.get(f"/{room.code}/{page}")).status_code
        assert status == (200 if page in FOR_HELPERS else 403), page
    for name in FOR_INSTRUCTOR:
        assert await room.act(helper, name, sure="yes") == 403
    assert await room.act(helper, "hand", seat=1) == 303
    assert "taken by Ada" in await room.page(leader)

    await room.act(leader, "revoke", access=key.id)

    assert (await helper.get(f"/{room.code}/board")).status_code == 403


async def test_an_incident_shows_how_long_each_took(room: Room) -> None:
    """Sent by its name, mended by some."""
    seats = [await room.join(name) for name in ("brave otter", "calm lynx")]
    browser = await room.instructor()

    await room.act(browser, "incident", incident="empty_cache", aim="all")
    for seat, states in zip(seats, (("begun", "mended"), ("refused",)), strict=True):
        (message,) = (await room.poll(seat)).json()["messages"]
        assert message["incident"] == "empty_cache"
        for n, state in enumerate(states, 1):
            told = event(n, "incident", id=message["id"], state=state, seconds=42.4)
            await room.tell(seat, told)

    text = await room.page(browser, "incidents")
    assert "Sent to 2, under way at 0, mended by 1, refused by 1." in text
    assert "mended in 42 s" in text


async def test_levels_and_answers_open_one_by_one(room: Room) -> None:
    """From all to none, then one; and all again is no list."""
    browser, seat = await room.instructor(), await room.join()

    await room.act(browser, "pace", what="answers", do="none")
    assert (await room.poll(seat)).json()["answers"] == []
    await room.act(browser, "pace", what="answers", do="open", level=LEVEL)
    assert (await room.poll(seat)).json()["answers"] == [LEVEL]
    await room.act(browser, "pace", what="answers", do="all")

    assert (await room.poll(seat)).json()["answers"] is None


async def test_a_room_is_a_table_and_lines(room: Room) -> None:
    """A name that a spreadsheet would run is text in it."""
    seat = await room.join("brave otter", name="=cmd()")
    goals = {GOAL: "reached"}
    await room.tell(
        seat,
        event(1, "run_finished", level=LEVEL, outcome="won", medal="silver", goals=goals),
    )
    browser = await room.instructor()

    (row,) = csv.DictReader(io.StringIO(await room.page(browser, "room.csv")))
    lines = [json.loads(line) for line in (await room.page(browser, "room.jsonl")).splitlines()]

    assert (row["name"], row["medal"], row["runs"]) == ("'=cmd()", "silver", "1")
    assert [line["kind"] for line in lines] == ["room_opened", "joined", "run_finished"]
    assert lines[2]["data"]["goals"] == [[GOAL, "reached"]]


async def test_a_seat_is_forgotten(room: Room) -> None:
    """With everything it told, in memory and in the database."""
    seat, browser = await stuck(room, "brave otter"), await room.instructor()

    assert await room.act(browser, "remove", seat=1, sure="yes") == 303

    assert (await room.poll(seat)).status_code == 401
    assert "brave otter" not in await room.page(browser)
    assert "brave otter" not in await room.page(browser, "room.jsonl")


@pytest.mark.parametrize("part", [1, 3, 2000])
async def test_the_same_events_make_the_same_room(
    room: Room, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever starts again knows what the one before knew, in however many parts it is read."""
    from tutor.room import live as of_process
    from tutor.room.live import Live, live

    monkeypatch.setattr(of_process, "PART", part)
    browser = await room.instructor()
    for nickname in ("brave otter", "calm lynx", "blue ibex"):
        await stuck(room, nickname)
    await room.act(browser, "push", aim="goal", level=LEVEL, goal=GOAL, hint="1")
    await room.act(browser, "remove", seat=2, sure="yes")
    await room.act(browser, "pace", what="levels", do="none")

    again = Live()
    await again.look()

    assert again.rooms == live.rooms
    assert (again._tokens, again.keys) == (live._tokens, live.keys)
    again.close()


async def test_a_page_that_is_open_is_told_of_a_change(room: Room) -> None:
    """And of its end, when the key is taken away."""
    from tutor.room.codes import key_of
    from tutor.room.live import live

    leader = await room.instructor()
    await room.act(leader, "grant", name="Ada")
    (key,) = live.keys_of(live.rooms[room.id])
    helper = await room.visitor(key_of(key.nonce))
    answer = await helper.get(f"/{room.code}/stream")
    stream = aiter(answer.streaming_content)
    assert await anext(stream) == b": here\n\n"

    await room.join()
    assert (await anext(stream)).startswith(b"event: change\n")
    await room.act(leader, "revoke", access=key.id)

    assert b"event: gone\ndata: 0\n\n" in [part async for part in stream]
