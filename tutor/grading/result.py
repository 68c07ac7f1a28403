"""How one level of one learner ended, whatever it is written to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tutor.base.errors import ExitCode, TutorError
from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.judge import Goal, Kind, Medal, Outcome, asked_of_run
from tutor.learner.progress import LevelProgress
from tutor.learner.results import counted_medal
from tutor.words.texts import Texts
from tutor.words.wording import outcome_key

NOT_BEGUN, UNREADABLE, ERROR = "not_begun", "unreadable", Outcome.OUR_FAULT.value
"""How something ends without a verdict."""
EXIT_CODES = {
    Outcome.WON: ExitCode.DONE,
    Outcome.NOT_YET: ExitCode.NOT_YET,
    Outcome.CANNOT_TELL: ExitCode.CANNOT_TELL,
    Outcome.OUR_FAULT: ExitCode.ERROR,
}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a bundle says of its learner; nobody else has seen it."""

    attempts: int
    hints: int
    answer_seen: bool


@dataclass(frozen=True, slots=True)
class Result:
    """How one level ended."""

    outcome: str
    """The key of its words: ``won``, ``not_yet``, … ``not_begun``, ``unreadable``."""
    code: ExitCode
    level: Level | None = None
    """None where not even that is known: a bundle that cannot be read."""
    run: RunFinished | None = None
    why: str = ""
    """Of what was not won: the first reason."""
    medal: Medal | None = None
    """The medal that counts."""
    variant: str = "mine"
    quick: bool = False
    counters: bool = False
    mine: LevelProgress | None = None
    """What the learner said and saw before."""
    source: str = ""
    """The bundle that was judged; empty for the learner's own workspace."""
    claims: Claims | None = None

    @property
    def slug(self) -> str:
        """Return the name of the level; empty where it is not known."""
        return self.level.slug if self.level else ""

    @property
    def left_out(self) -> list[Goal]:
        """Return the goals of the level that this run did not ask for."""
        goals = self.level.goals if self.level else ()
        asked = asked_of_run(goals, quick=self.quick, counters=self.counters)
        return [goal for goal in goals if goal not in asked]


def of_run(
    texts: Texts, level: Level, run: RunFinished, mine: LevelProgress | None, failure: str = ""
) -> Result:
    """Return the result of a *run*; *failure* is what went wrong after it."""
    return Result(
        outcome_key(run),
        ExitCode.ERROR if failure else EXIT_CODES[run.verdict.outcome],
        level,
        run,
        failure or why(texts, level, run),
        counted_medal(run, mine),
        run.variant,
        run.quick,
        run.counters,
        mine,
    )


def failed(texts: Texts, level: Level | None, error: TutorError) -> Result:
    """Return the result of what ended by *error* before there was a verdict."""
    return Result(ERROR, ExitCode.ERROR, level, why=texts.error_line(error))


def why(texts: Texts, level: Level, run: RunFinished) -> str:
    """Return the first reason for which a level is not won; empty where it is."""
    verdict = run.verdict
    if verdict.won:
        return ""
    grave = [f for f in verdict.findings if f.kind is not Kind.NOTE]
    for finding in grave or verdict.findings:
        return texts.finding(level, finding)
    missed = (goal for goal in verdict.goals if not goal.met)
    return next((texts.goal(level, goal) for goal in missed), "")


def without_places(run: RunFinished, places: Mapping[str, str]) -> RunFinished:
    """Return *run* with other names for the *places* of a machine that its findings mention."""
    findings = tuple(
        replace(f, params=renamed(f.params, places), problem=renamed(f.problem, places))
        for f in run.verdict.findings
    )
    return replace(run, verdict=replace(run.verdict, findings=findings))


def renamed(data: Any, places: Mapping[str, str]) -> Any:
    """Return plain *data* with every place in its strings called by its other name."""
    if isinstance(data, str):
        for place in sorted(places, key=len, reverse=True):
            data = data.replace(place, places[place])
        return data
    if isinstance(data, Mapping):
        return {renamed(key, places): renamed(value, places) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [renamed(value, places) for value in data]
    return data


WORST_LAST = (ExitCode.DONE, ExitCode.CANNOT_TELL, ExitCode.NOT_YET, ExitCode.ERROR)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the code of several results together: done only where all of them are."""
    return max(codes, key=WORST_LAST.index, default=ExitCode.DONE)
