"""Verdicts and goals in whole sentences: what a mark or a colour tells elsewhere is a word here."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.judge import GoalResult, Kind, noisy
from tutor.learner.progress import LevelProgress
from tutor.learner.results import counted_medal, diagnosed, gold_is_gone, predicted
from tutor.learner.untouched import before_of
from tutor.words.texts import Texts
from tutor.words.wording import explained, outcome_key, told_key

Measures = Mapping[str, Any]


def verdict_lines(
    texts: Texts, level: Level, run: RunFinished, mine: LevelProgress, before: Measures
) -> Iterator[str]:
    """Yield a verdict: the outcome, what was found, each measure and what it is enough for.

    *before* has what was measured of the broken shop on this machine.
    """
    medal = counted_medal(run, mine)
    said = texts(f"outcome.{told_key(run)}")
    if medal:
        said += f", {texts(f'medal.{medal}')}"
    yield texts("plain.verdict", outcome=said, seconds=round(run.seconds))
    if told_key(run) == outcome_key(run):
        # What a quick check misses of the next medal stands below, beside its number.
        yield explained(texts, level, run)
    if gold_is_gone(run, mine):
        yield texts("tui.verdict.gold_is_gone")
    for finding in run.verdict.findings:
        kind = "foul" if finding.kind is Kind.FOUL else "note"
        yield f"{texts(f'plain.found.{kind}')}: {texts.finding(level, finding)}"
    for told in (diagnosed(texts, level, run, mine, before), predicted(texts, level, run, mine)):
        if told:
            yield told
    if outcome_key(run) != "our_fault":
        yield from goal_lines(texts, level, run, before)


def goal_lines(texts: Texts, level: Level, run: RunFinished, before: Measures) -> Iterator[str]:
    """Yield each measure: the number, what it was before, and which medals it is enough for.

    What is missing comes first: whoever listens need not wait for it.
    """
    unsure = noisy(run.verdict.findings)
    measures = list(_by_measure(run.verdict.goals))
    for measure, goals in sorted(measures, key=lambda one: all(goal.met for goal in one[1])):
        known, is_sure = before_of(measure, run.measures, before), measure not in unsure
        yield _goals(texts, level, goals, known, sure=is_sure)
    for goal in level.goals if run.quick else ():
        if goal.full_only:
            yield texts(f"plain.full_only.{goal.medal}", goal=texts.goal(level, goal))


def open_goal_lines(texts: Texts, level: Level) -> Iterator[str]:
    """Yield each goal of a level in which nothing was measured yet."""
    for goal in level.goals:
        yield texts(f"plain.open.{goal.medal}", goal=texts.goal(level, goal))


def measured_line(
    texts: Texts, level: Level, goals: Sequence[GoalResult], *, grew: bool = False
) -> str:
    """Return a number as soon as it is known: which medals it is enough for, and what is not.

    Of one that *grew* while it was measured it says that it is the number so far.
    """
    met, missed = _parted(goals)
    measured = texts.measured(level, goals[0])
    words = [f"{texts('plain.so_far', measured=measured) if grew else measured}."]
    words += [texts(f"plain.met.{met[-1].medal}")] if met else []
    words += [texts(f"plain.asks.{one.medal}", bound=_bound(texts, one)) for one in missed[:1]]
    return " ".join(words)


def _by_measure(goals: Sequence[GoalResult]) -> Iterator[tuple[str, list[GoalResult]]]:
    """Yield the goals of each measure, in the order in which the measures are named first."""
    order = list(dict.fromkeys(goal.measure for goal in goals))
    ordered = sorted(goals, key=lambda goal: order.index(goal.measure))
    for measure, same in groupby(ordered, key=lambda goal: goal.measure):
        yield measure, list(same)


def _parted(goals: Sequence[GoalResult]) -> tuple[list[GoalResult], list[GoalResult]]:
    """Return the goals that are met and those that are missed, each from bronze to gold."""
    ranked = sorted(goals, key=lambda goal: goal.medal.rank)
    return [goal for goal in ranked if goal.met], [goal for goal in ranked if not goal.met]


def _goals(
    texts: Texts, level: Level, goals: Sequence[GoalResult], before: Any, *, sure: bool
) -> str:
    met, missed = _parted(goals)
    # The goal that says most: the first one that is missing, else the highest that is met.
    telling = missed[0] if missed else met[-1]
    sentence = texts.goal(level, telling)
    if telling.value is None:
        return texts(f"plain.unmeasured.{telling.medal}", goal=sentence)
    words = [f"{texts.beside(level, telling, before)}."]
    if not sure:
        return " ".join([*words, texts("plain.unsure", goal=sentence)])
    if not missed:
        return " ".join([*words, texts(f"plain.enough.{telling.medal}", goal=sentence)])
    words += [texts(f"plain.met.{met[-1].medal}")] if met else []
    return " ".join([*words, texts(f"plain.lacks.{telling.medal}", goal=sentence)])


def _bound(texts: Texts, goal: GoalResult) -> str:
    if goal.at_most is not None:
        return texts("plain.at_most", number=texts.number(goal.at_most))
    return texts("plain.at_least", number=texts.number(goal.at_least))
