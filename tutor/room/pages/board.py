"""The board itself: who is where, who is stuck, whose hand is up; and one goal, and one seat."""

import time
from dataclasses import dataclass

from django.http import HttpResponse

from tutor.room.live import live
from tutor.room.pages.visit import Visit, refused, with_key
from tutor.room.rows import row, rows, shown_levels
from tutor.room.state import Message
from tutor.room.store import diffs
from tutor.room.stuck import Sum, sums
from tutor.room.titles import Titles, first_goal, known_levels

LATELY = 6
"""Messages that the board still shows."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sum in words."""

    level: str
    goal: str
    level_number: str
    goal_title: str
    seats: int
    stuck: int
    finding: str
    with_it: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was sent, and who has seen it."""

    said: str
    by: str
    minutes: int
    to: int
    seen: int
    unseen: str


def told(one: Sum, titles: Titles) -> Told:
    """Return *one* in words."""
    finding, count = one.findings[0] if one.findings else ("", 0)
    return Told(
        one.level,
        one.goal,
        titles.number(one.level),
        titles.goal(one.level, one.goal),
        len(one.seats),
        len(one.stuck),
        titles.finding(one.level, finding),
        count,
    )


def letter(visit: Visit, message: Message, now: float) -> Letter:
    """Return *message* in words."""
    seats = [visit.room.seats[number] for number in message.seats if number in visit.room.seats]
    unseen = [seat.nickname for seat in seats if message.n not in seat.seen and not seat.left]
    return Letter(
        said(visit, message),
        message.by,
        int((now - message.at) / 60),
        len(seats),
        sum(message.n in seat.seen for seat in seats),
        ", ".join(unseen),
    )


def said(visit: Visit, message: Message) -> str:
    """Return what a message says."""
    body = message.body
    if message.kind == "hint":
        level = visit.titles.number(body["level"])
        return visit.texts("board.push.hint_said", level=level, number=body["number"])
    if message.kind == "incident":
        return visit.texts(f"board.incident.{body['incident']}")
    text: str = body["text"]
    return text


@with_key()
async def board(visit: Visit) -> HttpResponse:
    """Show the grid, the sums and the hands."""
    now, room = time.time(), visit.room
    waiting = [(seat, seat.hand) for seat in room.present() if seat.hand]
    waiting.sort(key=lambda pair: (bool(pair[1].taken_by), pair[1].since))
    lately = [m for m in room.messages.values() if m.kind != "incident"][-LATELY:]
    return await visit.page(
        "board",
        now,
        rows=rows(room, visit.titles),
        sums=[told(one, visit.titles) for one in sums(room.present(), first_goal, now)],
        queue=[(seat, hand, int((now - hand.since) / 60)) for seat, hand in waiting],
        letters=[letter(visit, message, now) for message in reversed(lately)],
        levels=[(visit.titles.number(s), visit.titles.level(s)) for s in shown_levels(room)],
    )


@with_key()
async def goal(visit: Visit, level: str, goal: str) -> HttpResponse:
    """Show one goal, fit for the projector: how many, what they found, the scene, the hints."""
    now, room, titles = time.time(), visit.room, visit.titles
    found = next(
        (s for s in sums(room.present(), first_goal, now) if (s.level, s.goal) == (level, goal)),
        Sum(level, goal, (), (), ()),
    )
    if level not in known_levels() and not found.seats:
        return await refused(visit.request, room, 404, "no_page")
    scenes = [titles.scene(level, finding) for finding, _ in found.findings]
    return await visit.page(
        "goal",
        now,
        sum=told(found, titles),
        level_title=titles.level(level),
        findings=[(titles.finding(level, found_id), count) for found_id, count in found.findings],
        scenes=[(title, lines) for title, lines in scenes if lines],
        hints=titles.hints(level),
        names=[(room.seats[n].nickname, n, n in found.stuck) for n in found.seats],
    )


@with_key()
async def seat(visit: Visit, number: int) -> HttpResponse:
    """Show one seat: its levels, what was sent to it, the diffs that it chose to show."""
    now, room, titles = time.time(), visit.room, visit.titles
    found = room.seats.get(number)
    if found is None:
        return await refused(visit.request, room, 404, "no_seat")
    levels = [
        (titles.number(slug), titles.level(slug), record, int((now - record.opened) / 60))
        for slug, record in found.records.items()
    ]
    return await visit.page(
        "seat",
        now,
        seat=found,
        row=row(room, found, titles, shown_levels(room), now),
        levels=levels,
        hints=titles.hints(found.level),
        letters=[letter(visit, room.messages[n], now) for n in reversed(found.mail[-20:])],
        seen=found.seen,
        diffs=await live.ask(diffs, room.id, number) if found.diffs else [],
    )
