"""What a seat may send, and what it may not: the wire, over Django's client."""

import asyncio
import json
from typing import Any

import pytest

from tests.room.conftest import AT, Room, event, lost
from tutor.room.tries import MOST
from tutor.room.wire import clean, same

LEVEL = "01_n_plus_one"


async def test_a_seat_joins_tells_and_leaves(room: Room) -> None:
    """The code in any form; the token is dead after it left."""
    body = {"code": f" {room.code[:3].lower()}-{room.code[3:]}", "nickname": "Quiet  Heron"}
    answer = await room.client.post("/api/1/join", body, "application/json")
    assert answer.status_code == 201
    assert answer.json()["room"]["title"] == "A <b>bold</b> workshop"
    seat = {"authorization": f"Bearer {answer.json()['token']}"}

    assert (await room.tell(seat, event(1, "level_opened", level=LEVEL))).json() == {"taken": 1}
    assert (await room.client.post("/api/1/leave", headers=seat)).status_code == 204

    for path in ("/api/1/events", "/api/1/leave"):
        gone = await room.client.post(path, {"events": []}, "application/json", headers=seat)
        assert (gone.status_code, gone.json()["error"]) == (401, "unknown_seat")
    assert (await room.poll(seat)).status_code == 401


async def test_an_event_is_kept_once_and_in_order(room: Room) -> None:
    """Sent again it is no error; after a gap nothing is taken, and the answer says so."""
    seat = await room.join()
    runs = [lost(n, LEVEL, ("a", "missed")) for n in range(1, 6)]

    assert (await room.tell(seat, *runs[:2])).json() == {"taken": 2}
    assert (await room.tell(seat, *runs[:3], runs[2])).json() == {"taken": 3}
    assert (await room.tell(seat, runs[4])).json() == {"taken": 3}
    assert (await room.tell(seat, runs[4], runs[3])).json() == {"taken": 5}

    from tutor.room.live import live

    (told,) = live.rooms[room.id].present()
    assert told.records[LEVEL].runs == 5


async def test_many_who_write_at_once_are_each_told_what_became_of_theirs(room: Room) -> None:
    """Whoever is refused holds up nobody, and who goes away before it is done leaves no seat."""
    from tutor.room.batch import Join, SameNickname
    from tutor.room.live import live

    def who(nickname: str) -> dict[str, str]:
        return {"nickname": nickname, "name": "", "language": "en", "version": ""}

    names = ["heron", "heron", *(f"lynx {n}" for n in range(40))]
    joins = [asyncio.create_task(live.join(Join(room.id, who(name)))) for name in names]
    await asyncio.sleep(0)
    joins[5].cancel()
    found = await asyncio.gather(*joins, return_exceptions=True)

    assert isinstance(found[1], SameNickname)
    assert isinstance(found[5], asyncio.CancelledError)
    tokens = [one.token for one in found if not isinstance(one, BaseException)]
    seats = [live.seat(token) for token in tokens]
    told = [seat.nickname for _, seat in filter(None, seats)]
    assert told == [name for n, name in enumerate(names) if n not in (1, 5)]
    assert {seat.nickname for seat in live.rooms[room.id].present()} == set(told)


async def test_who_comes_and_goes_in_one_room_changes_no_other(room: Room) -> None:
    """Its seats and its keys stay what they are, also when a whole room is deleted beside it."""
    from tutor.room.live import live
    from tutor.room.store import delete_room, open_room

    seat, browser = await room.join("calm lynx"), await room.instructor()
    other = await live.write(open_room, "another", "en")
    there = Room(other.pk, other.code, room.client)
    theirs = await there.join("brave otter")
    assert (await room.poll(seat)).status_code == (await room.poll(theirs)).status_code == 200

    await live.ask(delete_room, other.pk)
    await live.look()

    assert (await room.poll(theirs)).status_code == 401
    assert (await room.poll(seat)).status_code == 200
    assert "calm lynx" in await room.page(browser)
    assert {at for at, _ in [*live._tokens.values(), *live.keys.values()]} == {room.id}


# One letter that is four words, as often as there is room for it.
BLESSING = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 32


@pytest.mark.parametrize(
    ("first", "again"), [("Quiet Heron", "ｑuiet-hEron"), (BLESSING, BLESSING)]
)
async def test_a_nickname_is_one_person_s(room: Room, first: str, again: str) -> None:
    """However it is written; the proposal is free."""
    await room.join(first)
    body = {"code": room.code, "nickname": again}

    answer = await room.client.post("/api/1/join", body, "application/json")

    assert (answer.status_code, answer.json()["error"]) == (409, "nickname_taken")
    await room.join(answer.json()["proposal"])


async def test_wrong_codes_are_counted(room: Room) -> None:
    """After too many of them the right one does not open either; nor does the page of a code."""
    wrong = {"code": "AAAAAA", "nickname": "x"}
    for _ in range(MOST):
        assert (await room.client.get("/favicon.ico")).status_code == 404
    assert (await room.client.get(f"/{room.code}")).status_code == 200
    for _ in range(MOST):
        answer = await room.client.post("/api/1/join", wrong, "application/json")
        assert (answer.status_code, answer.json()["error"]) == (404, "no_such_room")

    right = await room.client.post("/api/1/join", {**wrong, "code": room.code}, "application/json")

    assert (right.status_code, right.json()["error"]) == (429, "too_many_tries")
    assert (await room.client.get(f"/{room.code}")).status_code == 429


@pytest.mark.parametrize("page", ["", "/board", "/stream", "/wall", "/pace"])
async def test_wrong_codes_are_counted_wherever_they_stand(room: Room, page: str) -> None:
    """No page of a room tells more than its door; who has a key is let in all the same."""
    browser = await room.instructor()
    for _ in range(MOST):
        assert (await room.client.get(f"/AAAAAA{page}")).status_code == 404

    for code in ("AAAAAA", room.code, room.code.lower()):
        assert (await room.client.get(f"/{code}{page}")).status_code == 429
    assert (await browser.get(f"/{room.code}/board")).status_code == 200


BAD: list[Any] = [
    b"",
    b"\xff\xfe",
    b"[1]",
    b"{" * 5000,
    b"[" * 60000,
    b'{"events": {}}',
    b'{"events": [1]}',
    b'{"events": [{"n": NaN}]}',
    b'{"events": [{"n": ' + b"9" * 5000 + b"}]}",
    json.dumps({"events": [event(1, "ready", level=LEVEL, on=True)] * 101}).encode(),
]


async def test_a_body_that_is_none_is_refused(room: Room) -> None:
    """Told what is wrong; nothing falls over."""
    seat = await room.join()

    for body in BAD:
        for path, headers in (("/api/1/events", seat), ("/api/1/join", {})):
            answer = await room.client.post(
                path, data=body, content_type="application/json", headers=headers
            )
            assert answer.status_code == 400, (path, body[:40])
            assert answer.json()["error"] in ("bad_request", "bad_event")


BAD_EVENTS: list[dict[str, Any]] = [
    event(1, "format_disk"),
    event(1, "left"),
    event(1, "level_opened"),
    event(1, "level_opened", level="../../etc"),
    event(1, "level_opened", level="x" * 65),
    event(1, "level_opened", level=["01"]),
    event(0, "level_opened", level=LEVEL),
    event(-1, "level_opened", level=LEVEL),
    event(2**40, "level_opened", level=LEVEL),
    event(1, "ready", level=LEVEL, on="yes"),
    event(1, "hand_raised", text="x" * 281),
    event(1, "diff", level=LEVEL, text="x" * (48 * 1024 + 1)),
    event(1, "run_finished", level=LEVEL, outcome="cheated"),
    event(1, "run_finished", level=LEVEL, outcome="won", seconds=1e300),
    event(1, "run_finished", level=LEVEL, outcome="won", goals={"a": "great"}),
    event(1, "run_finished", level=LEVEL, outcome="won", goals={str(n): "open" for n in range(61)}),
    event(1, "hint_taken", level=LEVEL, number=True),
    event(1, "run_finished", level=LEVEL, outcome="won", seconds=10**400),
    event(1, "run_finished", level=LEVEL, outcome="won", seconds=-1e-9),
    event(1, "run_finished", level=LEVEL, outcome="won", number=10**400),
    event(10**400, "hand_lowered"),
    {**event(1, "hand_lowered"), "at": "yesterday"},
    {**event(1, "hand_lowered"), "at": "2026-05-04T10:00:00"},
    {**event(1, "hand_lowered"), "at": 0},
    {"n": 1, "at": AT, "kind": "hand_lowered", "data": []},
]


async def test_a_bad_event_is_named_and_nothing_of_its_batch_is_kept(room: Room) -> None:
    """So that the sender knows which one to leave out."""
    seat = await room.join()

    for bad in BAD_EVENTS:
        answer = await room.tell(seat, bad, event(2, "ready", level=LEVEL, on=True))
        assert (answer.status_code, answer.json()["error"]) == (400, "bad_event"), bad
        assert answer.json()["n"] == bad["n"]

    assert (await room.tell(seat)).json() == {"taken": 0}


def run(n: int, level: str, *goals: str) -> dict[str, Any]:
    """Return the end of a run that missed *goals*."""
    missed = dict.fromkeys(goals, "missed")
    return event(n, "run_finished", level=level, outcome="lost", goals=missed)


TOO_MUCH = {
    "too_many_levels": lambda n: event(n, "level_opened", level=f"level_{n}"),
    "too_many_goals": lambda n: run(n, LEVEL, *(f"goal_{n}_{one}" for one in range(2))),
    "too_many_diffs": lambda n: event(n, "diff", level=LEVEL, text="+x"),
}


@pytest.mark.parametrize(("why", "most"), [
    ("too_many_levels", 60), ("too_many_goals", 30), ("too_many_diffs", 200),
])  # fmt: skip
async def test_a_seat_has_an_end(room: Room, why: str, most: int) -> None:
    """However many levels, goals and diffs its tutor makes up; what is played goes on."""
    seat = await room.join()
    made = TOO_MUCH[why]
    for begin in range(1, most, 50):
        await room.tell(seat, *(made(n) for n in range(begin, min(begin + 50, most + 1))))

    refused = await room.tell(seat, made(most + 1))
    taken = await room.tell(seat, event(most + 1, "hand_lowered"))

    answer = refused.json()
    assert (refused.status_code, answer["error"]) == (400, "bad_event")
    assert (answer["n"], answer["why"]) == (most + 1, why)
    assert taken.json() == {"taken": most + 1}


async def test_a_batch_is_bounded_as_its_events_are_one_by_one(room: Room) -> None:
    """Nothing of it is kept."""
    seat = await room.join()
    answer = await room.tell(seat, *(event(n, "level_opened", level=f"l{n}") for n in range(1, 62)))

    assert (answer.json()["n"], answer.json()["why"]) == (61, "too_many_levels")
    assert (await room.tell(seat)).json() == {"taken": 0}


async def test_who_comes_and_goes_all_day_fills_no_memory(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A seat that was left is still one of those that were; one that is removed is not."""
    monkeypatch.setattr("tutor.room.batch.MOST_JOINED", 3)
    for _ in range(3):
        seat = await room.join()
        await room.client.post("/api/1/leave", headers=seat)
    body = {"code": room.code, "nickname": "quiet heron"}
    full = await room.client.post("/api/1/join", body, "application/json")
    await room.act(await room.instructor(), "remove", seat="3", sure="yes")
    again = await room.client.post("/api/1/join", body, "application/json")

    assert (full.status_code, full.json()["error"]) == (429, "room_full")
    assert again.status_code == 201


async def test_the_grid_has_room_for_so_many_strange_levels(room: Room) -> None:
    """Those that most seats know; no learner draws a thousand columns for all."""
    from tutor.room.live import live
    from tutor.room.rows import MOST_FOREIGN, shown_levels
    from tutor.room.titles import known_levels

    for number in range(3):
        seat = await room.join(f"seat {number}")
        names = [f"made_up_{number}_{one}" for one in range(30)] + (["pack"] if number else [])
        await room.tell(seat, *(event(n, "level_opened", level=s) for n, s in enumerate(names, 1)))

    shown = shown_levels(live.rooms[room.id])
    assert shown[: len(known_levels())] == list(known_levels())
    assert len(shown) == len(known_levels()) + MOST_FOREIGN
    assert "pack" in shown


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_any_clock_is_taken_and_none_believed(room: Room, at: str) -> None:
    """Minutes are counted from when the room heard of it."""
    seat = await room.join()

    answer = await room.tell(seat, {**event(1, "run_started", level=LEVEL, quick=False), "at": at})

    from tutor.room.live import live

    (told,) = live.rooms[room.id].present()
    assert answer.json() == {"taken": 1}
    assert abs(told.goal_since - told.joined) < 60


async def test_a_poll_is_answered_with_nothing_until_there_is_something(room: Room) -> None:
    """By its tag; a message, a hand and a level that is closed are something."""
    seat, browser = await room.join(), await room.instructor()
    first = await room.poll(seat)
    tag = first.headers["ETag"]
    assert first.json() == {
        "cursor": 0,
        "messages": [],
        "levels": {"open": None},
        "answers": None,
        "hand": None,
        "closed": False,
    }
    assert (await room.poll(seat, tag=tag)).status_code == 304

    assert await room.act(browser, "push", aim="all", text="Ten more minutes") == 303
    news = await room.poll(seat, tag=tag)

    assert [m["text"] for m in news.json()["messages"]] == ["Ten more minutes"]
    cursor, tag = news.json()["cursor"], news.headers["ETag"]
    assert (await room.poll(seat, cursor, tag)).status_code == 304
    # Who lost the answer asks with the old cursor, and gets it again.
    assert (await room.poll(seat, 0, tag)).json()["messages"]

    await room.act(browser, "pace", what="levels", do="close", level="07_black_friday")
    await room.tell(seat, event(1, "hand_raised", text="help"))
    news = await room.poll(seat, cursor, tag)
    assert "07_black_friday" not in news.json()["levels"]["open"]
    assert news.json()["hand"] == "raised"


async def test_a_closed_room_takes_what_is_on_its_way_and_nobody_new(room: Room) -> None:
    """Every seat is told."""
    seat, browser = await room.join(), await room.instructor()

    assert await room.act(browser, "close", sure="yes") == 303

    assert (await room.tell(seat, event(1, "level_opened", level=LEVEL))).json() == {"taken": 1}
    assert (await room.poll(seat)).json()["closed"] is True
    body = {"code": room.code, "nickname": "late"}
    answer = await room.client.post("/api/1/join", body, "application/json")
    assert (answer.status_code, answer.json()["error"]) == (410, "room_closed")


@pytest.mark.parametrize(("nickname", "status"), [
    ("e\u0301" * 32, 201), ("e\u0301" * 33, 400), ("\u0958" * 16, 201), ("\u0958" * 17, 400),
])  # fmt: skip
async def test_words_are_as_long_as_they_are_kept(room: Room, nickname: str, status: int) -> None:
    """However many characters their writer has put one of them together from."""
    body = {"code": room.code, "nickname": nickname}
    answer = await room.client.post("/api/1/join", body, "application/json")

    assert answer.status_code == status


async def test_a_nickname_that_nobody_could_read_is_refused(room: Room) -> None:
    """Nothing in it, nothing but signs, or too much."""
    for nickname in ("", "   ", "\u202e\u200b", "😀", "x" * 33, "\x00", 7):
        body = {"code": room.code, "nickname": nickname}
        answer = await room.client.post("/api/1/join", body, "application/json")
        assert (answer.status_code, answer.json()["error"]) == (400, "bad_request"), nickname


def test_words_lose_what_does_not_print_and_keep_the_rest() -> None:
    """Directions, controls and halves go; accents and other scripts stay."""
    assert clean("\u202eevil\x1b[31m \ud800 José 李\n") == "evil [31m José 李"
    assert clean("a\r\n\tb\x00", lines=True) == "a \n\tb "
    assert same("José  Ö") == same("josé-ö") == "joséö"
