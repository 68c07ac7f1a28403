"""The projector: how to join, who is where, and not one name."""

import time
from collections import Counter
from functools import lru_cache

import segno
from django.http import HttpResponse
from django.utils.safestring import SafeString, mark_safe

from tutor.room.curve import HEIGHT, WIDTH, areas
from tutor.room.pages.board import told
from tutor.room.pages.visit import Visit, address_of, with_key
from tutor.room.rows import shown_levels
from tutor.room.stuck import sums
from tutor.room.titles import first_goal

MOST = 3
"""Goals that the wall names."""


@lru_cache(maxsize=32)
def qr_code(link: str) -> SafeString:
    """Return *link* as a picture; it is the same for each change that the wall shows."""
    drawn = segno.make(link, error="m").svg_inline(scale=4, border=2, light="#fff", dark="#000")
    return mark_safe(drawn)  # noqa: S308 - drawn by segno, without a word in it


@with_key()
async def wall(visit: Visit) -> HttpResponse:
    """Show the room in big type."""
    now, room, titles = time.time(), visit.room, visit.titles
    slugs = shown_levels(room)
    here = Counter(seat.level for seat in room.present() if seat.level)
    won = Counter(
        slug for seat in room.present() for slug, record in seat.records.items() if record.medal
    )
    most = max(here.values(), default=1)
    stuck = [one for one in sums(room.present(), first_goal, now) if one.stuck]
    sentences = [m for m in room.messages.values() if m.kind == "sentence" and m.aim == "all"]
    link = f"{address_of(visit.request)}/{visit.code}"
    return await visit.page(
        "wall",
        now,
        link=link.partition("://")[2],
        qr=qr_code(link),
        areas=[(area, titles.number(area.level)) for area in areas(room, slugs, now)],
        width=WIDTH,
        height=HEIGHT,
        levels=[
            (
                titles.number(s),
                titles.level(s),
                here[s],
                won[s],
                100 * here[s] // most,
            )
            for s in slugs
            if here[s]
        ],
        sums=[told(one, titles) for one in stuck[:MOST]],
        news=sentences[-1].body["text"] if sentences else "",
    )
