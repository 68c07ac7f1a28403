"""Who is stuck, and on what: the sums that tell an instructor where to go."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tutor.room.state import SeatState

LOSSES = 3
"""Full runs lost in a row by the same goal."""
MINUTES = 20
"""Without anything new."""


def why_stuck(seat: SeatState, now: float) -> str:
    """Return why *seat* is stuck: ``lost`` or ``long``; empty where it is not.

    Nobody is who has not begun the level, has won it, says to be ready, or is gone.
    """
    record = seat.record
    if record is None or not record.began or seat.has_won or seat.ready or seat.left:
        return ""
    if seat.losses >= LOSSES:
        return "lost"
    return "long" if now - seat.result_since >= MINUTES * 60 else ""


def order(seat: SeatState, now: float) -> tuple[int, float]:
    """Return by what seats are put in order: stuck ones first, those longest on their goal."""
    rank = {"lost": 0, "long": 0}.get(why_stuck(seat, now), 2 if seat.has_won else 1)
    if seat.left:
        rank = 3
    return rank, seat.goal_since or now


@dataclass(frozen=True, slots=True)
class Sum:
    """Those who are on one goal."""

    level: str
    goal: str
    seats: tuple[int, ...]
    stuck: tuple[int, ...]
    findings: tuple[tuple[str, int], ...]
    """What the stuck ones found last, the most frequent first."""


def sums(seats: Iterable[SeatState], first_goal: Callable[[str], str], now: float) -> list[Sum]:
    """Return who is on which goal, the one with most who are stuck first."""
    groups: dict[tuple[str, str], list[SeatState]] = {}
    for seat in seats:
        if seat.level and not seat.has_won and not seat.left:
            groups.setdefault((seat.level, goal_of(seat, first_goal)), []).append(seat)
    found = []
    for (level, goal), group in groups.items():
        stuck = [seat for seat in group if why_stuck(seat, now)]
        findings = Counter(seat.finding for seat in stuck if seat.finding)
        found.append(
            Sum(
                level,
                goal,
                tuple(seat.number for seat in group),
                tuple(seat.number for seat in stuck),
                tuple(findings.most_common()),
            )
        )
    return sorted(found, key=lambda one: (-len(one.stuck), -len(one.seats), one.level, one.goal))


def goal_of(seat: SeatState, first_goal: Callable[[str], str]) -> str:
    """Return the goal that *seat* is on; before any run, the first one of its level."""
    return seat.goal or first_goal(seat.level)
