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


@dataclass(frozen=True, slots=True)
class Standing:
    """How the goals stand while a run is on: nothing of it is a verdict yet."""

    met: int
    missed: int
    open: int
    """Not measured yet."""
    first_missed: GoalResult | None
    """The first goal by which the run will be "not yet", whatever else is measured."""


def standing(
    goals: Sequence[Goal],
    measures: Mapping[str, Any],
    findings: Sequence[Finding],
    *,
    quick: bool = False,
) -> Standing:
    """Return how *goals* stand by what is known so far."""
    results = [goal.compare(measures) for goal in asked_of_run(goals, quick=quick)]
    known = [result for result in results if result.value is not None]
    missed = [result for result in known if not result.met]
    noisy = _noisy(findings)
    sure = [r for r in missed if r.medal is Medal.BRONZE and r.measure not in noisy]
    return Standing(
        len(known) - len(missed), len(missed), len(results) - len(known), next(iter(sure), None)
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
    results = tuple(goal.compare(measures) for goal in asked_of_run(goals, quick=quick))
    outcome = _outcome(results, findings)
    medal = _best_medal(results) if outcome is Outcome.WON else None
    return Verdict(outcome, medal, results, tuple(findings))


def asked_of_run(goals: Sequence[Goal], *, quick: bool) -> list[Goal]:
    """Return the goals that a run can measure."""
    return [goal for goal in goals if not (quick and goal.full_only)]


def _noisy(findings: Sequence[Finding]) -> set[Any]:
    """Return the measures that the machine was too busy for."""
    return {finding.params.get("measure") for finding in findings if finding.kind is Kind.NOISE}


def _outcome(results: Sequence[GoalResult], findings: Sequence[Finding]) -> Outcome:
    """Return which of the four outcomes this is."""
    kinds = {finding.kind for finding in findings}
    if Kind.OURS in kinds:
        return Outcome.OUR_FAULT
    if Kind.FOUL in kinds:
        return Outcome.NOT_YET
    noisy = _noisy(findings)
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
