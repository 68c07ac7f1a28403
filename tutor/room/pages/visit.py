"""Who looks at a page: let in by a key in a cookie, spoken to in a language."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_protect

from tutor.catalogue import LANGUAGES
from tutor.room.addresses import LOOPBACK, of_network, public_address, served
from tutor.room.codes import is_code, plain, shown
from tutor.room.live import live
from tutor.room.news import Key
from tutor.room.state import RoomState
from tutor.room.stuck import why_stuck
from tutor.room.titles import Titles
from tutor.room.tries import tries
from tutor.words.texts import Texts

COOKIE, LANGUAGE = "key", "language"
MONTH = 31 * 24 * 3600
View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody with a key, in a room."""

    request: HttpRequest
    room: RoomState
    key: Key
    texts: Texts

    @property
    def code(self) -> str:
        """Return the code of the room, in its plain form."""
        return live.code_of(self.room)

    @property
    def titles(self) -> Titles:
        """Return the words for levels and goals."""
        return Titles(self.texts)

    @property
    def who(self) -> str:
        """Return the name under which the visitor helps and writes."""
        return self.key.name or Texts(self.room.language)("board.instructor")

    async def page(self, name: str, now: float, **values: Any) -> HttpResponse:
        """Return the page *name*; it is drawn beside the event loop."""
        seats = self.room.present()
        context = {
            "texts": self.texts,
            "language": self.texts.language,
            "other": next(one for one in LANGUAGES if one != self.texts.language),
            "room": self.room,
            "code": self.code,
            "code_shown": shown(self.code),
            "address": address_of(self.request),
            "key": self.key,
            "here": name,
            "seats": len(seats),
            "stuck": sum(bool(why_stuck(seat, now)) for seat in seats),
            "hands": sum(seat.hand is not None for seat in seats),
            "ready": sum(bool(seat.ready) for seat in seats),
            **values,
        }
        return await drawn(self.request, f"room/{name}.html", context)


async def drawn(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return the page that *template* makes of *context*."""
    text = await asyncio.to_thread(render_to_string, template, context, request)
    return HttpResponse(text, status=status)


def address_of(request: HttpRequest) -> str:
    """Return the address that learners join by: as the visitor called us, else our network's."""
    if public_address():
        return public_address()
    host = request.get_host()
    name, _, port = host.partition(":")
    if served.lan and name in (LOOPBACK, "localhost"):
        return f"http://{next(iter(of_network()), name)}:{port}"
    return f"{request.scheme}://{host}"


def language_of(request: HttpRequest, room: RoomState | None) -> str:
    """Return the language asked for, remembered, or the room's."""
    asked = request.GET.get("lang", "") or request.COOKIES.get(LANGUAGE, "")
    return asked if asked in LANGUAGES else room.language if room else "en"


async def refused(
    request: HttpRequest, room: RoomState | None, status: int, why: str
) -> HttpResponse:
    """Return the page that says why there is nothing to see."""
    texts = Texts(language_of(request, room))
    context = {"texts": texts, "language": texts.language, "why": f"board.refused.{why}"}
    return await drawn(request, "room/refused.html", context, status)


def key_in(request: HttpRequest, room: RoomState) -> Key | None:
    """Return the key that the visitor has to *room*."""
    return live.key(room, request.COOKIES.get(COOKIE, ""))


async def room_of(request: HttpRequest, code: str) -> RoomState | HttpResponse:
    """Return the room that a page is of, or the answer where there is none to see.

    Wrong codes are counted wherever they stand. Who has tried too many is not told any more whether
    one is right, unless by a key that opens the room anyway.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    room = live.room(plain(code))
    if tries.are_too_many(address) and (room is None or key_in(request, room) is None):
        return await refused(request, None, 429, "too_many_tries")
    if room is not None:
        return room
    if is_code(plain(code)):
        # What browsers ask every server for is nobody's guess.
        tries.count(address)
    return await refused(request, None, 404, "no_such_room")


def with_key(leads: bool = False) -> Callable[[View], View]:
    """Show a page to who has a key of its room; *leads*: only to the instructor."""

    def around(view: View) -> View:
        @wraps(view)
        async def guarded(request: HttpRequest, code: str, **more: Any) -> HttpResponseBase:
            room = await room_of(request, code)
            if isinstance(room, HttpResponse):
                return room
            if code != live.code_of(room):
                return HttpResponseRedirect(f"/{live.code_of(room)}")
            key = key_in(request, room)
            if key is None:
                return await refused(request, room, 403, "no_key")
            if leads and not key.leads:
                return await refused(request, room, 403, "not_for_helpers")
            language = language_of(request, room)
            response = await view(Visit(request, room, key, Texts(language)), **more)
            if request.GET.get("lang") == language:
                response.set_cookie(LANGUAGE, language, MONTH, samesite="Lax")
            return response

        protected: View = csrf_protect(guarded)
        return protected

    return around
