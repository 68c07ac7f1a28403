"""What of a run speaks for the cause that a level asks its learner about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tutor.judge.judge import Goal, noisy
from tutor.judge.verdict import GoalResult, Medal, Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that was measured, or found."""

    goal: GoalResult | None = None
    """With the number; None where a finding, or the win itself, is what speaks."""
    before: Any = None
    """What the broken shop had; None where that was never measured here."""
    by_repair: bool = False
    """The number is in order since the repair, and was not before."""
    by_win: bool = False
    """Nothing else speaks but that the level was won."""


def evidence(
    verdict: Verdict,
    goals: Sequence[Goal],
    shown_by: Sequence[str],
    measures: Mapping[str, Any],
    before: Mapping[str, Any],
) -> Evidence | None:
    """Return what of a run shows the cause; None where nothing of the kind was measured.

    *shown_by* names measures and findings; without any, the measures of the bronze goals show it.
    A measure speaks where it falls short of a goal, and where it did in the broken shop and does
    no more; one that no goal is about, where it was measured. So does a win: it was the repair of
    that cause which was measured.
    """
    names = shown_by or [goal.measure for goal in goals if goal.medal is Medal.BRONZE]
    unsure = noisy(verdict.findings)
    measured = [r for r in verdict.goals if r.value is not None and r.measure not in unsure]
    for name in names:
        if any(finding.id == name for finding in verdict.findings):
            return Evidence()
        of_this = [result for result in measured if result.measure == name]
        if missed := [result for result in of_this if not result.met]:
            return Evidence(missed[0])
        if of_this and _fell_short(goals, name, before.get(name)):
            return Evidence(of_this[-1], before[name], by_repair=True)
        if not _has_goal(goals, name) and name not in unsure and measures.get(name) is not None:
            return Evidence(_of_no_goal(name, measures[name]))
    return Evidence(by_win=True) if verdict.outcome is Outcome.WON else None


def _has_goal(goals: Sequence[Goal], measure: str) -> bool:
    return any(goal.measure == measure for goal in goals)


def _of_no_goal(measure: str, value: Any) -> GoalResult:
    """Return a number that is only to be told."""
    return GoalResult(measure, Medal.BRONZE, measure, value, None, None, met=True)


def _fell_short(goals: Sequence[Goal], measure: str, value: Any) -> bool:
    """Return whether *value* misses a goal about *measure*; nothing measured misses none."""
    about = [goal for goal in goals if goal.measure == measure]
    return value is not None and not all(goal.is_met_by(value) for goal in about)
