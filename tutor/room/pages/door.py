"""Before the board: the page that a code leads to, and the link with a key in it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tutor.room.codes import digest, is_code, plain, shown
from tutor.room.live import live
from tutor.room.pages.refusals import refused
from tutor.room.pages.visit import COOKIE, MONTH, address_of, drawn, language_of
from tutor.room.tries import tries
from tutor.words.texts import Texts


async def front(request: HttpRequest) -> HttpResponse:
    """Say that there is a room behind a code, and none without."""
    return await refused(request, None, 200, "ask_for_code")


async def door(request: HttpRequest, code: str) -> HttpResponse:
    """Tell a learner how to join."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    if tries.are_too_many(address):
        return await refused(request, None, 429, "too_many_tries")
    room = live.room(plain(code))
    if room is None:
        if is_code(plain(code)):
            tries.count(address)
        # What browsers ask every server for is nobody's guess.
        return await refused(request, None, 404, "no_such_room")
    texts = Texts(language_of(request, room))
    code = live.code_of(room)
    context = {
        "texts": texts,
        "language": texts.language,
        "room": room,
        "code": code,
        "code_shown": shown(code),
        "address": address_of(request),
        "key": live.key(room, request.COOKIES.get(COOKIE, "")),
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
