"""The grid: one row of plain words for each seat, the stuck ones first."""

import time
from collections import Counter
from dataclasses import dataclass

from tutor.room.live import live
from tutor.room.state import RoomState, SeatState
from tutor.room.stuck import goal_of, order, why_stuck
from tutor.room.titles import Titles, first_goal, goals_of, known_levels

MOST_FOREIGN = 40
"""Levels that are not ours in the grid: their names are whatever a seat says."""
AWAY = 60.0
"""Seconds after which a seat that polls every ten is away."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the grid says of a seat."""

    number: int
    nickname: str
    name: str
    level: str
    level_number: str
    level_title: str
    goal: str
    goal_title: str
    place: int
    """Which goal of the level it is on, counted from 1; 0 where none."""
    goals: list[tuple[str, str]]
    """State and sentence of each goal of its level."""
    levels: list[tuple[str, str]]
    """Number and state of each level."""
    minutes: int
    finding: str
    stuck: str
    losses: int
    hints: int
    runs: int
    medal: str
    running: bool
    hand: bool
    taken_by: str
    ready: bool
    away: bool
    begun: bool


def rows(room: RoomState, titles: Titles) -> list[Row]:
    """Return the row of each seat that is there."""
    now = time.time()
    slugs = shown_levels(room)
    seats = sorted(room.present(), key=lambda seat: order(seat, now))
    return [row(room, seat, titles, slugs, now) for seat in seats]


def shown_levels(room: RoomState) -> list[str]:
    """Return the levels to show: ours, and those of others that most seats know."""
    played = Counter(slug for seat in room.seats.values() for slug in seat.records)
    foreign = sorted(played.keys() - set(known_levels()), key=lambda slug: (-played[slug], slug))
    return [*known_levels(), *sorted(foreign[:MOST_FOREIGN])]


def row(room: RoomState, seat: SeatState, titles: Titles, slugs: list[str], now: float) -> Row:
    """Return the row of one seat."""
    record = seat.record
    found = record.goals if record else {}
    goals = goals_of(seat.level, list(found)) if seat.level else []
    goal = "" if not seat.level or seat.has_won else goal_of(seat, first_goal)
    return Row(
        number=seat.number,
        nickname=seat.nickname,
        name=seat.name,
        level=seat.level,
        level_number=titles.number(seat.level) if seat.level else "",
        level_title=titles.level(seat.level) if seat.level else "",
        goal=goal,
        goal_title=titles.goal(seat.level, goal) if goal else "",
        place=goals.index(goal) + 1 if goal in goals else 0,
        goals=[(found.get(one, "open"), titles.goal(seat.level, one)) for one in goals],
        levels=[(titles.number(slug), _state(seat, slug)) for slug in slugs],
        minutes=max(0, int((now - seat.goal_since) / 60)) if seat.level else 0,
        finding=titles.finding(seat.level, seat.finding),
        stuck=why_stuck(seat, now),
        losses=seat.losses,
        hints=record.hints if record else 0,
        runs=record.runs if record else 0,
        medal=record.medal if record else "",
        running=seat.running,
        hand=seat.hand is not None,
        taken_by=seat.hand.taken_by if seat.hand else "",
        ready=bool(seat.ready),
        away=now - live.heard.get((room.id, seat.number), seat.joined) > AWAY,
        begun=bool(record and record.began),
    )


def _state(seat: SeatState, slug: str) -> str:
    record = seat.records.get(slug)
    if record is None:
        return "untouched"
    if record.medal:
        return record.medal
    return "here" if slug == seat.level else "begun"
