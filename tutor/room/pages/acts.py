"""What instructor and helpers do: each act is a form, and an event that is kept."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect

from tutor.room import store
from tutor.room.live import live
from tutor.room.pages.steer import INCIDENTS
from tutor.room.pages.visit import Visit, refused, with_key
from tutor.room.rows import shown_levels
from tutor.room.stuck import sums
from tutor.room.titles import first_goal, known_levels
from tutor.room.wire import SENTENCE, clean

MOST_MESSAGES = 2000
MOST_KEYS = 40


class Useless(Exception):
    """A form that says nothing we could do; nobody's browser sends one by accident."""


async def _push(visit: Visit, form: "Form") -> None:
    """Send a sentence or a hint to everybody, to those on a goal, or to one."""
    await _send(visit, form, _body(form))


def _body(form: "Form") -> dict[str, Any]:
    if form.word("hint"):
        level, number = form.word("level"), form.number("hint")
        if level not in known_levels() or not 1 <= number <= len(known_levels()[level].hints):
            raise Useless
        return {"kind": "hint", "level": level, "number": number}
    text = clean(form.word("text"))[:SENTENCE]
    if not text:
        raise Useless
    return {"kind": "sentence", "text": text}


async def _incident(visit: Visit, form: "Form") -> None:
    """Let something happen in every seat, or in one."""
    incident = form.word("incident")
    if incident not in INCIDENTS:
        raise Useless
    await _send(visit, form, {"kind": "incident", "incident": incident})


async def _send(visit: Visit, form: "Form", body: dict[str, Any]) -> None:
    aim, seats = form.word("aim") or "all", _aimed(visit, form)
    if not seats or len(visit.room.messages) >= MOST_MESSAGES:
        raise Useless
    data = {"aim": aim, "seats": list(seats), "by": visit.who, "body": body}
    await live.write(store.decide, visit.room.id, "push", data)


def _aimed(visit: Visit, form: "Form") -> Sequence[int]:
    present = visit.room.present()
    match form.word("aim"):
        case "goal":
            where = (form.word("level"), form.word("goal"))
            found = sums(present, first_goal, time.time())
            return next((one.seats for one in found if (one.level, one.goal) == where), ())
        case "seat":
            return [seat.number for seat in present if seat.number == form.number("seat")]
        case _:
            return [seat.number for seat in present]


async def _hand(visit: Visit, form: "Form") -> None:
    """Take a hand, or put it down because it is answered."""
    seat = visit.room.seats.get(form.number("seat"))
    if seat is None or seat.hand is None:
        return
    if form.word("done"):
        await live.write(store.decide, visit.room.id, "hand_answered", {"seat": seat.number})
    else:
        data = {"seat": seat.number, "by": visit.who}
        await live.write(store.decide, visit.room.id, "hand_taken", data)


async def _pace(visit: Visit, form: "Form") -> None:
    """Open or close a level or its answer; or leave all of it to the learners."""
    room, what = visit.room, form.word("what")
    if what not in ("levels", "answers"):
        raise Useless
    now = room.open_levels if what == "levels" else room.open_answers
    known = shown_levels(room)
    then: list[str] | None
    match form.word("do"):
        case "all":
            then = None
        case "none":
            then = []
        case "open":
            then = [*(now or []), form.level(known)] if now is not None else None
        case "close":
            kept = known if now is None else now
            then = [slug for slug in kept if slug != form.level(known)]
        case _:
            raise Useless
    if then is not None:
        then = [slug for slug in known if slug in then]
    await live.write(store.decide, room.id, what, {"open": then})


async def _grant(visit: Visit, form: "Form") -> None:
    """Give a helper a key."""
    name = clean(form.word("name"))[:40]
    if not name or len(live.keys_of(visit.room)) >= MOST_KEYS:
        raise Useless
    await live.write(store.grant, visit.room.id, name)


async def _revoke(visit: Visit, form: "Form") -> None:
    """Take a helper's key away."""
    await live.write(store.revoke, visit.room.id, form.number("access"))


async def _remove(visit: Visit, form: "Form") -> None:
    """Forget a seat and all it told."""
    form.sure()
    await live.write(store.remove, visit.room.id, form.number("seat"))


async def _close(visit: Visit, form: "Form") -> None:
    """End the workshop: nobody joins any more, and every seat is told."""
    if form.word("open"):
        await live.write(store.decide, visit.room.id, "room_opened", {})
        return
    form.sure()
    await live.write(store.decide, visit.room.id, "room_closed", {})


@dataclass(frozen=True, slots=True)
class Form:
    """What a form says."""

    values: Any

    def word(self, name: str) -> str:
        """Return a value; empty where there is none."""
        value: str = self.values.get(name, "")
        return value

    def number(self, name: str) -> int:
        """Return a number."""
        word = self.word(name)
        if not (word.isascii() and word.isdigit() and len(word) <= 9):
            raise Useless
        return int(word)

    def level(self, known: Sequence[str]) -> str:
        """Return a level that is *known*."""
        if self.word("level") not in known:
            raise Useless
        return self.word("level")

    def sure(self) -> None:
        """Go on only where the box that says so was ticked."""
        if self.word("sure") != "yes":
            raise Useless


Act = Callable[[Visit, Form], Awaitable[None]]
FOR_ALL: dict[str, Act] = {"push": _push, "hand": _hand}
FOR_INSTRUCTOR: dict[str, Act] = {
    "pace": _pace,
    "incident": _incident,
    "grant": _grant,
    "revoke": _revoke,
    "remove": _remove,
    "close": _close,
}


@with_key()
async def act(visit: Visit, name: str) -> HttpResponse:
    """Do what a form asks for, and go back to where it was."""
    request, room = visit.request, visit.room
    if request.method != "POST":
        return await refused(request, room, 405, "no_page")
    known = FOR_ALL | FOR_INSTRUCTOR if visit.key.leads else FOR_ALL
    if name not in known:
        why = "not_for_helpers" if name in FOR_INSTRUCTOR else "no_page"
        return await refused(request, room, 403, why)
    form = Form(request.POST)
    try:
        await known[name](visit, form)
    except Useless:
        return await refused(request, room, 400, "useless")
    home = f"/{visit.code}/"
    back = form.word("back")
    inside = back.startswith(home) and not set(back) & {"\\", "\r", "\n", ":"}
    return HttpResponseRedirect(back if inside else f"{home}board", status=303)
