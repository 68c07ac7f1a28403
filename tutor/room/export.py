"""A room as files: a table of who reached what, and every event as a line of JSON."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tutor.base.cells import harmless
from tutor.room.fold import Fact, fold
from tutor.room.models import Event
from tutor.room.state import RoomState, SeatState

COLUMNS = (
    "seat", "nickname", "name", "level", "medal", "won", "runs", "lost", "hints",
    "minutes_to_win", "goals_reached", "last_goal", "last_finding", "left",
)  # fmt: skip


def facts(room: int) -> Iterator[Fact]:
    """Yield the events of a room as they came."""
    for event in Event.objects.filter(room_id=room).order_by("pk").iterator():
        at = event.received.timestamp()
        yield Fact(event.pk, event.seat, event.n, event.kind, event.data, at)


def state_of(room: int) -> RoomState:
    """Return what a room is, from its events alone."""
    state = RoomState(room)
    for fact in facts(room):
        fold(state, fact)
    return state


def as_csv(state: RoomState) -> str:
    """Return a row for each seat and level."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for seat in state.seats.values():
        for values in _rows(seat):
            table.writerow([harmless(v) if isinstance(v, str) else v for v in values])
    return file.getvalue()


def _rows(seat: SeatState) -> Iterator[list[Any]]:
    who = [seat.number, seat.nickname, seat.name]
    if not seat.records:
        yield [*who, *[""] * 10, _yes(seat.left)]
    for level, record in seat.records.items():
        began = record.began or record.opened
        minutes = round((record.won_at - began) / 60, 1) if record.won_at else ""
        reached = sum(state == "reached" for state in record.goals.values())
        here = level == seat.level
        yield [
            *who, level, record.medal, _yes(bool(record.medal)), record.runs, record.lost,
            record.hints, minutes, reached, seat.goal if here else "",
            seat.finding if here else "", _yes(seat.left),
        ]  # fmt: skip


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def as_json_lines(room: int) -> Iterator[str]:
    """Yield each event as a line."""
    for event in Event.objects.filter(room_id=room).order_by("pk").iterator():
        yield json.dumps(
            {
                "seat": event.seat,
                "n": event.n,
                "kind": event.kind,
                "data": event.data,
                "claimed": event.claimed,
                "received": event.received.astimezone(UTC).isoformat(),
            },
            ensure_ascii=False,
        )


def file_name(room: RoomState, ending: str) -> str:
    """Return a name for the file."""
    words = "".join(
        letter if letter.isascii() and letter.isalnum() else " " for letter in room.title
    )
    stem = "-".join(words.lower().split())[:40] or "room"
    return f"{stem}-{datetime.now(UTC):%Y-%m-%d}.{ending}"
