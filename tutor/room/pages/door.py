"""Before the board: the page that a code leads to, and the link with a key in it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tutor.room.codes import digest, shown
from tutor.room.live import live
from tutor.room.pages.visit import (
    COOKIE,
    MONTH,
    address_of,
    drawn,
    language_of,
    refused,
    room_of,
)
from tutor.words.texts import Texts


async def front(request: HttpRequest) -> HttpResponse:
    """Say that there is a room behind a code, and none without."""
    return await refused(request, None, 200, "ask_for_code")


async def door(request: HttpRequest, code: str) -> HttpResponse:
    """Tell a learner how to join."""
    room = await room_of(request, code)
    if isinstance(room, HttpResponse):
        return room
    texts = Texts(language_of(request, room))
    code = live.code_of(room)
    context = {
        "texts": texts,
        "language": texts.language,
        "room": room,
        "code": code,
        "code_shown": shown(code),
        "address": address_of(request),
    }
    return await drawn(request, "room/door.html", context)


async def let_in(request: HttpRequest, key: str) -> HttpResponse:
    """Take the key out of the address, where anybody could read it, and into a cookie."""
    room_id, _ = live.keys.get(digest(key), (0, None))
    room = live.rooms.get(room_id)
    if room is None:
        return await refused(request, None, 404, "no_key")
    code = live.code_of(room)
    response = HttpResponseRedirect(f"/{code}/board")
    response.set_cookie(
        COOKIE,
        key,
        MONTH,
        path=f"/{code}/",
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )
    return response
