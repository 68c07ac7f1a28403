"""What a budget of the season is, and whether one of them is missed already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tutor.lab import Lab


class Budget(Protocol):
    """What an earlier level taught, measured once more on a shop that has learnt it all."""

    @property
    def measures(self) -> tuple[str, ...]:
        """What it measures in a quick check: where that was missed last, it is taken first."""

    def take(self) -> None:
        """Measure it, and say what is wrong where too much of it is spent."""


def is_lost(lab: Lab) -> bool:
    """Return whether a budget is missed already: then the sale only shows what that means."""
    goals = [goal for goal in lab.level.goals if goal.medal == "bronze"]
    values = [(goal, lab.measures.get(goal.measure)) for goal in goals]
    return any(value is not None and not goal.is_met_by(value) for goal, value in values)
