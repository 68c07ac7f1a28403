"""A result as test cases: one for each goal, and one for each finding that decided the run."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tutor.events import RunFinished
from tutor.grading.result import NOT_BEGUN, Result
from tutor.judge import Finding, Goal, GoalResult, Kind, Medal, Outcome, noisy
from tutor.words.texts import Texts
from tutor.words.wording import measured_goal


class State(StrEnum):
    """How a test case ended, by the names that JUnit has for it."""

    PASSED = "passed"
    FAILURE = "failure"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Case:
    """One test case."""

    name: str
    """A goal's id, or ``finding.`` and a finding's; the same in every language."""
    state: State
    said: str = ""
    """What the learner reads."""
    file: str = ""
    line: int = 0


def cases_of(texts: Texts, result: Result) -> list[Case]:
    """Return the cases of *result*.

    One fails where the level is not won, and only then; one is an error where something of ours
    failed, and only then; where nobody can tell, one is skipped.
    """
    level, run = result.level, result.run
    if run is None or level is None:
        if level is not None and result.outcome == NOT_BEGUN:
            return [Case(goal.id, State.SKIPPED, result.why) for goal in level.goals]
        return [Case("run", State.ERROR, result.why)]
    verdict = run.verdict
    cases = [*_goals(texts, result, run), *_findings(texts, result, run)]
    cases += [
        Case(goal.id, State.SKIPPED, why_left_out(texts, result, goal)) for goal in result.left_out
    ]
    failed_after = result.why if result.code not in (0, 3, 4) else ""
    if failed_after and verdict.outcome is not Outcome.OUR_FAULT:
        cases.append(Case("run", State.ERROR, failed_after))
    if verdict.outcome is Outcome.CANNOT_TELL and all(c.state is State.PASSED for c in cases):
        cases.append(Case("run", State.SKIPPED, texts("outcome_explained.cannot_tell")))
    return cases


def why_left_out(texts: Texts, result: Result, goal: Goal) -> str:
    """Return why a run did not ask for *goal*."""
    by_clock = result.counters and goal.by_clock
    return texts("grading.left_out" if by_clock else "grading.full_run_only")


def _goals(texts: Texts, result: Result, run: RunFinished) -> Iterator[Case]:
    for goal in run.verdict.goals:
        state, said = _goal(texts, result, run, goal)
        yield Case(goal.id, state, said)


def _goal(texts: Texts, result: Result, run: RunFinished, goal: GoalResult) -> tuple[State, str]:
    """Return how a goal counts; what is above bronze costs a medal, and never the level."""
    outcome, findings = run.verdict.outcome, run.verdict.findings
    assert result.level is not None, "who has run has run a level"
    sentence = measured_goal(texts, result.level, goal)
    if outcome is Outcome.OUR_FAULT:
        return State.SKIPPED, texts("grading.not_judged")
    if outcome is Outcome.CANNOT_TELL and goal.measure in noisy(findings):
        return State.SKIPPED, texts("outcome_explained.cannot_tell")
    if goal.met:
        return State.PASSED, ""
    if goal.medal is not Medal.BRONZE:
        return State.SKIPPED, _missed_medal(texts, goal, sentence)
    fouled = any(finding.kind is Kind.FOUL for finding in findings)
    if goal.value is None and fouled:
        return State.SKIPPED, texts("grading.not_measured")
    if outcome is Outcome.NOT_YET and goal.measure not in noisy(findings):
        return State.FAILURE, sentence
    return State.SKIPPED, texts("outcome_explained.cannot_tell")


def _missed_medal(texts: Texts, goal: GoalResult, sentence: str) -> str:
    return texts("grading.missed_medal", medal=texts(f"medal.{goal.medal}"), goal=sentence)


DECISIVE = {
    Outcome.NOT_YET: (Kind.FOUL, State.FAILURE),
    Outcome.CANNOT_TELL: (Kind.NOISE, State.SKIPPED),
    Outcome.OUR_FAULT: (Kind.OURS, State.ERROR),
}
"""By outcome, which findings decided it, and what they are as test cases."""


def _findings(texts: Texts, result: Result, run: RunFinished) -> Iterator[Case]:
    """Yield a case for each kind of thing that decided the run, with all that was seen of it."""
    assert result.level is not None
    kind, state = DECISIVE.get(run.verdict.outcome, (None, State.PASSED))
    seen: dict[str, list[Finding]] = {}
    for finding in run.verdict.findings:
        if finding.kind is kind:
            seen.setdefault(finding.id, []).append(finding)
    for name, findings in seen.items():
        told = dict.fromkeys(texts.finding(result.level, finding) for finding in findings)
        file, line = next((place for f in findings if (place := place_of(f))), ("", 0))
        yield Case(f"finding.{name}", state, "\n".join(told), file, line)


def place_of(finding: Finding) -> tuple[str, int] | None:
    """Return the file and the line that a finding names; None where it names none."""
    file, line = finding.params.get("file"), finding.params.get("line")
    if isinstance(file, str) and file and isinstance(line, int) and line > 0:
        return file, line
    return None
