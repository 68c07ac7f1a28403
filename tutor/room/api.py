"""The wire: what seats send and get, as JSON; version 1."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from tutor.catalogue import LANGUAGES
from tutor.room import bounds
from tutor.room.batch import Full, Gone, Join, SameNickname, Told
from tutor.room.codes import plain
from tutor.room.kinds import BadEvent, read_events
from tutor.room.live import live
from tutor.room.state import RoomState, SeatState
from tutor.room.store import leave
from tutor.room.tries import tries
from tutor.room.wire import NAME, NICKNAME, Fields, Refused, clean, parse, same
from tutor.words.texts import Texts

View = Callable[..., Coroutine[Any, Any, HttpResponse]]
MOST_MESSAGES = 50
"""In one answer; the next poll gets the rest."""


def refuse(status: int, id: str, message: str = "", **more: Any) -> JsonResponse:
    """Return the answer that says what is wrong, for a program and for a person."""
    said = message or Texts("en")(f"board.refused.{id}")
    return JsonResponse({"error": id, "message": said, **more}, status=status)


def only(method: str) -> Callable[[View], View]:
    """Let a view answer to one method, and turn what it refuses into an answer."""

    def around(view: View) -> View:
        @wraps(view)
        async def guarded(request: HttpRequest) -> HttpResponse:
            if request.method != method:
                return refuse(405, "wrong_method")
            try:
                return await view(request)
            except BadEvent as error:
                return refuse(400, "bad_event", str(error), n=error.n, why=error.why)
            except Refused as error:
                return refuse(400, "bad_request", str(error))

        return guarded

    return around


def seated(view: View) -> View:
    """Let a view answer to seats only."""

    @wraps(view)
    async def guarded(request: HttpRequest) -> HttpResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        found = live.seat(token.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            return refuse(401, "unknown_seat")
        return await view(request, *found)

    return guarded


@only("POST")
async def join_room(request: HttpRequest) -> HttpResponse:
    """Give somebody who has the code a seat."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    if tries.are_too_many(address):
        return refuse(429, "too_many_tries")
    fields = Fields(parse(request.body), "The body")
    room = live.room(plain(fields.text("code", 40)))
    if room is None:
        tries.count(address)
        return refuse(404, "no_such_room")
    if room.closed:
        return refuse(410, "room_closed")
    data = _who(fields)
    try:
        seat = await live.join(Join(room.id, data))
    except SameNickname as taken:
        return refuse(409, "nickname_taken", proposal=taken.proposal)
    except Full:
        return refuse(429, "room_full")
    except Gone:
        return refuse(404, "no_such_room")
    expires = live.expires.get(room.id)
    about = {
        "title": room.title,
        "expires": expires.date().isoformat() if expires else None,
        "keeps": Texts(data["language"])("board.keeps"),
    }
    return JsonResponse({"seat": seat.seat, "token": seat.token, "room": about}, status=201)


def _who(fields: Fields) -> dict[str, Any]:
    nickname = fields.text("nickname", NICKNAME)
    if not same(nickname):
        raise Refused("nickname has neither letter nor digit.")
    language = fields.text("language", 10, default="en")[:2]
    return {
        "nickname": nickname,
        "name": fields.text("name", NAME, default=""),
        "language": language if language in LANGUAGES else "en",
        "version": fields.text("version", 40, default=""),
        "levels": fields.ids("levels"),
    }


@only("POST")
@seated
async def take_events(request: HttpRequest, room: RoomState, seat: SeatState) -> HttpResponse:
    """Keep what a seat tells, each event once."""
    sent = [event for event in read_events(parse(request.body)) if event.n > seat.taken]
    if sent and sent[0].n == seat.taken + 1:
        bounds.check(seat, sent)
        try:
            await live.keep(Told(room.id, seat.number, sent))
        except Full:
            return refuse(429, "too_many_events")
    return JsonResponse({"taken": seat.taken})


@only("GET")
@seated
async def poll(request: HttpRequest, room: RoomState, seat: SeatState) -> HttpResponse:
    """Answer whether there is something new, and what."""
    after = _cursor(request.GET.get("after", "0"))
    mail = seat.mail[-1] if seat.mail else 0
    tag = f'"{room.pace}-{mail}-{seat.hands}"'
    if request.headers.get("If-None-Match") == tag and after >= mail:
        return HttpResponse(status=304, headers={"ETag": tag})
    new = [number for number in seat.mail if number > after][:MOST_MESSAGES]
    hand = seat.hand and ("taken" if seat.hand.taken_by else "raised")
    found = {
        "cursor": new[-1] if new else max(after, mail),
        "messages": [_message(room, number) for number in new],
        "levels": {"open": room.open_levels},
        "answers": room.open_answers,
        "hand": hand,
        "closed": room.closed,
    }
    return JsonResponse(found, headers={"ETag": tag})


def _cursor(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 10):
        raise Refused("after is no number.")
    return int(word)


def _message(room: RoomState, number: int) -> dict[str, Any]:
    message = room.messages[number]
    body: dict[str, Any] = {"id": number, **message.body}
    if message.kind == "sentence":
        body["from"] = clean(message.by)
    return body


@only("POST")
@seated
async def leave_room(request: HttpRequest, room: RoomState, seat: SeatState) -> HttpResponse:
    """Let a seat go; its token is dead from here on."""
    await live.write(leave, room.id, seat.number)
    return HttpResponse(status=204)
