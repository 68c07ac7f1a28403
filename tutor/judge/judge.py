"""Compare measurements with goals."""

import math
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
    by_clock: bool = False
    """Hangs on how long something takes; a run judged by counters alone leaves it out."""

    def is_met_by(self, value: Any) -> bool:
        """Return whether *value* is inside the bound; what is missing or no number never is."""
        if not isinstance(value, int | float):
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
    unsure = noisy(findings)
    sure = [r for r in missed if r.medal is Medal.BRONZE and r.measure not in unsure]
    return Standing(
        len(known) - len(missed), len(missed), len(results) - len(known), next(iter(sure), None)
    )


def judge(
    goals: Sequence[Goal],
    measures: Mapping[str, Any],
    findings: Sequence[Finding],
    *,
    quick: bool = False,
    counters: bool = False,
) -> Verdict:
    """Return the verdict for *measures* and *findings*.

    What is ours outranks everything, then what is wrong with the fix: a fouled or missed goal is
    "not yet" however busy the machine was. Noise decides only where nothing else does. A medal
    needs every goal of its own rank and of the ranks below. With *counters*, what hangs on the
    clock decides nothing; where nothing else is left, nobody can tell.

    Raises:
        TypeError: something was measured that is no number; nobody missed a goal by that.
    """
    asked = asked_of_run(goals, quick=quick, counters=counters)
    for goal in asked:
        _check_number(goal.measure, measures.get(goal.measure))
    results = tuple(goal.compare(measures) for goal in asked)
    left_out = {goal.measure for goal in goals} - {goal.measure for goal in asked}
    outcome = _outcome(results, findings, noisy(findings) - left_out)
    if counters and outcome is Outcome.WON and not any(g.medal is Medal.BRONZE for g in asked):
        outcome = Outcome.CANNOT_TELL
    medal = _best_medal(results) if outcome is Outcome.WON else None
    return Verdict(outcome, medal, results, tuple(findings))


def _check_number(measure: str, value: Any) -> None:
    if value is None:
        return
    if not isinstance(value, int | float) or math.isnan(value):
        raise TypeError(f"{measure} was measured as {value!r}, which is no number")


def asked_of_run(
    goals: Sequence[Goal], *, quick: bool = False, counters: bool = False
) -> list[Goal]:
    """Return the goals that decide a run."""
    return [
        goal
        for goal in goals
        if not (quick and goal.full_only) and not (counters and goal.by_clock)
    ]


def is_enough(goals: Sequence[Goal], measure: str, value: Any) -> bool:
    """Return whether *value* meets every one of the *goals* that is about *measure*."""
    return all(goal.is_met_by(value) for goal in goals if goal.measure == measure)


def noisy(findings: Sequence[Finding]) -> set[str]:
    """Return the measures that the machine was too busy for."""
    noise = (finding.params.get("measure") for finding in findings if finding.kind is Kind.NOISE)
    return {measure for measure in noise if isinstance(measure, str)}


def _outcome(
    results: Sequence[GoalResult], findings: Sequence[Finding], unsure: set[str]
) -> Outcome:
    """Return which of the four outcomes this is; *unsure* are the measures lost in the noise."""
    kinds = {finding.kind for finding in findings}
    if Kind.OURS in kinds:
        return Outcome.OUR_FAULT
    if Kind.FOUL in kinds:
        return Outcome.NOT_YET
    missed = [r for r in results if not r.met and r.medal is Medal.BRONZE]
    if any(r.measure not in unsure for r in missed):
        return Outcome.NOT_YET
    return Outcome.CANNOT_TELL if unsure else Outcome.WON


def _best_medal(results: Sequence[GoalResult]) -> Medal | None:
    """Return the highest medal whose goals, and those below it, are all met."""
    best = None
    for medal in Medal:
        if not all(result.met for result in results if result.medal is medal):
            break
        if medal is Medal.BRONZE or any(result.medal is medal for result in results):
            best = medal
    return best if results else None
