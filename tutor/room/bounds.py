"""How much there may be of one seat: what it tells goes into the memory of whoever serves it."""

from collections.abc import Sequence

from tutor.room.kinds import BadEvent, Sent
from tutor.room.state import SeatState

MOST_LEVELS, MOST_GOALS, MOST_DIFFS = 60, 60, 200
"""Of a seat; of each of its levels; of a seat. All there are today, five times over."""


def check(seat: SeatState, sent: Sequence[Sent]) -> None:
    """Refuse what would be more of *seat* than anybody plays.

    Raises:
        BadEvent: says of which event there is too much, and of what.
    """
    levels, diffs = set(seat.records), seat.diffs
    goals: dict[str, set[str]] = {}
    for event in sent:
        level = event.data.get("level", "")
        if level:
            levels.add(level)
        if event.kind == "run_finished":
            found = goals.setdefault(level, _goals(seat, level))
            found.update(goal for goal, _ in event.data["goals"])
            _bound(event, "too_many_goals", len(found), MOST_GOALS)
        diffs += event.kind == "diff"
        _bound(event, "too_many_levels", len(levels), MOST_LEVELS)
        _bound(event, "too_many_diffs", diffs, MOST_DIFFS)


def _goals(seat: SeatState, level: str) -> set[str]:
    record = seat.records.get(level)
    return set(record.goals) if record else set()


def _bound(event: Sent, why: str, count: int, most: int) -> None:
    if count > most:
        raise BadEvent(f"Event {event.n}: {why}, there may be {most}.", event.n, why)
