"""Compare measurements with goals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tutor.judge.verdict import Finding, GoalResult, Kind, Medal, Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Goal:
    """One condition of a level: a measure, a bound and the medal it counts for."""

    id: str
    measure: str
    medal: Medal
    at_most: float | None = None
    at_least: float | None = None
    full_only: bool = False
    """Measured only in a full run; a quick check leaves it out."""

    def is_met_by(self, value: Any) -> bool:
        """Return whether *value* is inside the bound; a missing value never is."""
        if value is None:
            return False
        return (self.at_most is None or value <= self.at_most) and (
            self.at_least is None or value >= self.at_least
        )

    def compare(self, measures: Mapping[str, Any]) -> GoalResult:
        """Return this goal beside what was measured."""
        value = measures.get(self.measure)
        return GoalResult(
            self.id,
            self.medal,
            self.measure,
            value,
            self.at_most,
            self.at_least,
            self.is_met_by(value),
        )


def judge(
    goals: Sequence[Goal],
    measures: Mapping[str, Any],
    findings: Sequence[Finding],
    *,
    quick: bool = False,
) -> Verdict:
    """Return the verdict for *measures* and *findings*.

    What is ours outranks everything, then what is wrong with the fix: a fouled or missed goal is
    "not yet" however busy the machine was. Noise decides only where nothing else does. A medal
    needs every goal of its own rank and of the ranks below.
    """
    asked = [goal for goal in goals if not (quick and goal.full_only)]
    results = tuple(goal.compare(measures) for goal in asked)
    outcome = _outcome(results, findings)
    medal = _best_medal(results) if outcome is Outcome.WON else None
    return Verdict(outcome, medal, results, tuple(findings))


def _outcome(results: Sequence[GoalResult], findings: Sequence[Finding]) -> Outcome:
    """Return which of the four outcomes this is."""
    kinds = {finding.kind for finding in findings}
    if Kind.OURS in kinds:
        return Outcome.OUR_FAULT
    if Kind.FOUL in kinds:
        return Outcome.NOT_YET
    noisy = {finding.params.get("measure") for finding in findings if finding.kind is Kind.NOISE}
    missed = [r for r in results if not r.met and r.medal is Medal.BRONZE]
    if any(r.measure not in noisy for r in missed):
        return Outcome.NOT_YET
    return Outcome.CANNOT_TELL if noisy else Outcome.WON


def _best_medal(results: Sequence[GoalResult]) -> Medal | None:
    """Return the highest medal whose goals, and those below it, are all met."""
    best = None
    for medal in Medal:
        if not all(result.met for result in results if result.medal is medal):
            break
        if medal is Medal.BRONZE or any(result.medal is medal for result in results):
            best = medal
    return best if results else None
