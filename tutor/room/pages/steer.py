"""The pages beside the board: pace, incidents, who is prepared, keys and the end."""

import statistics
import time
from dataclasses import dataclass

from django.http import HttpResponse

from tutor.room.codes import key_of
from tutor.room.export import as_csv, as_json_lines, file_name
from tutor.room.live import live
from tutor.room.pages.visit import Visit, address_of, with_key
from tutor.room.rows import shown_levels
from tutor.room.state import Message

INCIDENTS = ("empty_cache", "kill_replica", "crawler")
"""What a learner's tutor knows by name; it does nothing else that a room asks."""


@with_key(leads=True)
async def pace(visit: Visit) -> HttpResponse:
    """Show which levels and answers are open."""
    room, titles = visit.room, visit.titles
    levels = [
        (
            slug,
            titles.number(slug),
            titles.level(slug),
            room.open_levels is None or slug in room.open_levels,
            room.open_answers is None or slug in room.open_answers,
            sum(seat.level == slug for seat in room.present()),
            sum(seat.ready == slug for seat in room.present()),
        )
        for slug in shown_levels(room)
    ]
    return await visit.page("pace", time.time(), levels=levels)


@dataclass(frozen=True, slots=True)
class Drill:
    """An incident, and how it went."""

    incident: str
    minutes: int
    to: int
    seen: int
    refused: int
    mended: int
    median: int
    """Seconds; 0 where nobody has mended it yet."""
    times: list[tuple[str, str, int]]
    """Nickname, state and seconds of each seat, the quickest first."""


def _drill(visit: Visit, message: Message, now: float) -> Drill:
    seats = [visit.room.seats[number] for number in message.seats if number in visit.room.seats]
    states = [(seat.nickname, *seat.incidents.get(message.n, ("sent", 0.0))) for seat in seats]
    seconds = [took for _, state, took in states if state == "mended"]
    order = ("mended", "begun", "sent", "refused")
    return Drill(
        message.body["incident"],
        int((now - message.at) / 60),
        len(seats),
        sum(state == "begun" for _, state, _ in states),
        sum(state == "refused" for _, state, _ in states),
        len(seconds),
        round(statistics.median(seconds)) if seconds else 0,
        sorted(
            ((name, state, round(took)) for name, state, took in states),
            key=lambda one: (order.index(one[1]), one[2]),
        ),
    )


@with_key(leads=True)
async def incidents(visit: Visit) -> HttpResponse:
    """Show what can be let loose, and how long each took to mend."""
    now, room = time.time(), visit.room
    sent = [message for message in room.messages.values() if message.kind == "incident"]
    return await visit.page(
        "incidents",
        now,
        incidents=INCIDENTS,
        drills=[_drill(visit, message, now) for message in reversed(sent[-20:])],
        people=[(seat.number, seat.nickname) for seat in room.present()],
    )


@with_key()
async def prepared(visit: Visit) -> HttpResponse:
    """Show who ran the doctor, and what it missed."""
    room = visit.room
    rows = [
        (seat, [visit.titles.check(one) for one in seat.doctor["missing"]] if seat.doctor else [])
        for seat in room.present()
    ]
    rows.sort(key=lambda pair: (pair[0].doctor is not None, -len(pair[1]), pair[0].nickname))
    return await visit.page(
        "prepared",
        time.time(),
        rows=rows,
        count=sum(seat.doctor is not None and not missing for seat, missing in rows),
    )


@with_key(leads=True)
async def house(visit: Visit) -> HttpResponse:
    """Show keys, files and the end of the room."""
    address = address_of(visit.request)
    keys = [(key, f"{address}/k/{key_of(key.nonce)}") for key in live.keys_of(visit.room)]
    return await visit.page(
        "house",
        time.time(),
        keys=keys,
        expires=live.expires.get(visit.room.id),
    )


@with_key(leads=True)
async def download(visit: Visit, ending: str) -> HttpResponse:
    """Return the room as a file."""
    if ending == "csv":
        text, kind = as_csv(visit.room), "text/csv"
    else:
        lines = await live.ask(lambda: list(as_json_lines(visit.room.id)))
        text, kind = "".join(f"{line}\n" for line in lines), "application/jsonl"
    named = f'attachment; filename="{file_name(visit.room, ending)}"'
    headers = {"Content-Disposition": named}
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8", headers=headers)
