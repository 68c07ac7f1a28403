"""Runs and verdicts in whole sentences: what a mark or a colour tells elsewhere is a word here."""

from collections.abc import Iterator, Sequence

from tutor.cli.console import Narrator
from tutor.curriculum import Level
from tutor.events import (
    Event,
    LapFinished,
    LoadSampled,
    RaceStarted,
    RunFinished,
    ServerSampled,
)
from tutor.judge import Goal, GoalResult, Kind, noisy
from tutor.learner.progress import LevelProgress
from tutor.learner.results import counted_medal, diagnosed, gold_is_gone, predicted
from tutor.words.texts import Texts
from tutor.words.wording import explained, measured_of, outcome_key, told_key

SPACING = 2.0
"""Seconds of a load test between two lines about it."""


class PlainNarrator(Narrator):
    """Tells a run with fewer lines: each of them may be read aloud."""

    _told = -SPACING

    def _tell(self, event: Event) -> None:
        match event:
            case LoadSampled() as sample:
                if sample.second - self._told >= SPACING:
                    self._told = sample.second
                    self.out.print(f"  {self._sample(sample)}")
            case RaceStarted():
                # Round after round would be read aloud; what counts is how they end.
                self._race = event
            case LapFinished() | ServerSampled():
                pass
            case _:
                super()._tell(event)

    def _tell_measured(self, goals: Sequence[GoalResult]) -> None:
        """Say what was measured and whether it is enough, goal by goal."""
        for goal in goals:
            said = _goal(self.texts, self.level, goal, _state(goal, set()))
            self.out.print(f"  {said}", markup=False)

    def _sample(self, sample: LoadSampled) -> str:
        return self.texts(
            "plain.sampled",
            second=round(sample.second),
            rps=self.texts.number(round(sample.rps, 1)),
            p50=round(sample.p50_ms),
            p95=round(sample.p95_ms),
            failures=sample.failures,
        )


def verdict_lines(
    texts: Texts, level: Level, run: RunFinished, mine: LevelProgress
) -> Iterator[str]:
    """Yield a verdict: the outcome, what was found, each goal, the figures."""
    key = outcome_key(run)
    medal = counted_medal(run, mine)
    said = texts(f"outcome.{told_key(run)}")
    if medal:
        said += f", {texts(f'medal.{medal}')}"
    yield texts("plain.verdict", outcome=said, seconds=round(run.seconds))
    yield explained(texts, level, run)
    if gold_is_gone(run, mine):
        yield texts("tui.verdict.gold_is_gone")
    for finding in run.verdict.findings:
        kind = "foul" if finding.kind is Kind.FOUL else "note"
        yield f"{texts(f'plain.found.{kind}')}: {texts.finding(level, finding)}"
    for told in (diagnosed(texts, level, run, mine), predicted(texts, level, run, mine)):
        if told:
            yield told
    if key != "our_fault":
        yield from goal_lines(texts, level, run)


def goal_lines(texts: Texts, level: Level, run: RunFinished) -> Iterator[str]:
    """Yield each goal: whether it is met, what was measured, what was needed."""
    unsure = noisy(run.verdict.findings)
    for goal in run.verdict.goals:
        yield _goal(texts, level, goal, _state(goal, unsure))


def open_goal_lines(texts: Texts, level: Level) -> Iterator[str]:
    """Yield each goal of a level in which nothing was measured yet."""
    for goal in level.goals:
        yield _goal(texts, level, goal, "open")


def _state(goal: GoalResult, unsure: set[str]) -> str:
    if goal.measure in unsure:
        return "unsure"
    if goal.value is None:
        return "open"
    return "met" if goal.met else "missed"


def _goal(texts: Texts, level: Level, goal: Goal | GoalResult, state: str) -> str:
    sentence = texts.goal(level, goal)
    words = [f"{texts(f'medal.{goal.medal}').capitalize()}, {texts(f'tui.goal.{state}')}."]
    if isinstance(goal, GoalResult) and goal.value is not None:
        words.append(texts("plain.measured", value=measured_of(texts, level, goal)))
    return " ".join([*words, sentence])
