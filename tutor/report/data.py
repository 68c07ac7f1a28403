"""What a report tells: the levels, their runs and figures, out of journal and progress."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tutor.base.errors import TutorError
from tutor.base.numeric import is_number
from tutor.curriculum import Level
from tutor.curriculum.compose import compose
from tutor.events import RunFinished
from tutor.judge import Goal
from tutor.learner import journal as journals
from tutor.learner.certificate import (
    Certificate,
    Measures,
    certificates,
    full_runs,
    untouched_measures,
)
from tutor.learner.journal import Entry, by_level
from tutor.learner.progress import LevelProgress
from tutor.learner.results import diagnosed
from tutor.learner.session import Session, read_all
from tutor.learner.untouched import before_of
from tutor.words.texts import Texts

PAUSE = 20 * 60.0
"""Seconds between two entries of the journal after which somebody was doing something else."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of a level, before and after."""

    measure: str
    before: float | None
    """Of the broken shop, where this machine measured it."""
    after: float | None
    """Of the best win; before there is one, of the last run."""
    goal: Goal
    """The strictest one about it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One full run of the learner's own files."""

    number: int
    entry: int
    """Its number in the journal."""
    at: float
    run: RunFinished
    diff: str
    """What was changed since the attempt before; of the first one, since the level began."""


@dataclass(frozen=True, slots=True)
class LevelReport:
    """Everything a report tells of one level."""

    level: Level
    mine: LevelProgress
    attempts: tuple[Attempt, ...]
    comparisons: tuple[Comparison, ...]
    quick_checks: int
    seconds: float
    """Spent on it, without the pauses."""
    diff: str
    """From the level's start to the best win; before there is one, to the last attempt."""
    diagnosis: str
    """The learner's diagnosis beside the measurement; empty where there is none."""
    prediction: str
    """The learner's guess beside the measurement of the best win; empty where there is none."""

    @property
    def has_begun(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.attempts or self.quick_checks or self.mine.hints or self.mine.medal)


@dataclass(frozen=True, slots=True)
class Report:
    """What one learner did by now."""

    levels: tuple[LevelReport, ...]
    certificates: tuple[Certificate, ...]

    @property
    def seconds(self) -> float:
        """The time spent on all levels."""
        return sum(level.seconds for level in self.levels)


def gather(session: Session, texts: Texts) -> Report:
    """Return the report of a learner."""
    newest_first = list(session.journal.entries())
    oldest_first = newest_first[::-1]
    before = untouched_measures(session, newest_first)
    of_level = by_level(oldest_first)
    spent = time_spent(oldest_first)
    levels = [
        _level(
            session,
            texts,
            level,
            of_level.get(level.slug, []),
            before.get(level.slug, {}),
            spent.get(level.slug, 0.0),
        )
        for level in session.levels
    ]
    reached = certificates(session.levels, session.progress, full_runs(newest_first), before)
    return Report(tuple(levels), reached)


def _level(
    session: Session,
    texts: Texts,
    level: Level,
    entries: Sequence[Entry],
    before: Measures,
    seconds: float,
) -> LevelReport:
    mine = session.level_progress(level)
    judged = [(e, e.run) for e in entries if e.run and e.variant == "mine"]
    # What counters alone decided is for whoever grades: it is no attempt, and no quick check.
    own = [entry for entry, run in judged if not run.get("counters")]
    full = [entry for entry in own if not (entry.run or {})["quick"]]
    attempts = tuple(_attempts(session, texts, level, full))
    told = _told(attempts)
    return LevelReport(
        level=level,
        mine=mine,
        attempts=attempts,
        comparisons=tuple(_comparisons(level, mine, attempts, before)),
        quick_checks=len(own) - len(full),
        seconds=seconds,
        diff=_diff(session, texts, level, None, _entry_of(full, told)) if told else "",
        diagnosis=diagnosed(texts, level, told.run, mine, before) if told else "",
        prediction=texts.prediction(level, mine.prediction, mine.best) if mine.medal else "",
    )


# -- attempts --------------------------------------------------------------------------------------


def _attempts(
    session: Session, texts: Texts, level: Level, entries: Sequence[Entry]
) -> Iterator[Attempt]:
    before: Entry | None = None
    number = 0
    for entry in entries:
        run = RunFinished.from_json(entry.run or {})
        if run is None:
            continue
        number += 1
        yield Attempt(
            number, entry.number, entry.at, run, _diff(session, texts, level, before, entry)
        )
        before = entry


def _told(attempts: Sequence[Attempt]) -> Attempt | None:
    """Return the attempt that is worth telling: the first with the best medal, else the last."""
    won = [attempt for attempt in attempts if attempt.run.verdict.medal]
    best = max(won, key=_rank, default=None)
    return best or (attempts[-1] if attempts else None)


def _rank(attempt: Attempt) -> int:
    medal = attempt.run.verdict.medal
    return medal.rank if medal else 0


def _entry_of(entries: Sequence[Entry], attempt: Attempt | None) -> Entry:
    assert attempt is not None
    return next(entry for entry in entries if entry.number == attempt.entry)


def _diff(session: Session, texts: Texts, level: Level, before: Entry | None, after: Entry) -> str:
    """Return what was changed between two states; a state that was lost is said to be lost."""
    try:
        journal = session.journal
        if before is None:
            old = read_all(compose(level, "broken", session.levels, after.drawn_by))
            return journals.diff(old, journal.contents(after))
        # A long journal has hundreds of attempts, and each changed a file or two.
        names = journals.changed(before, after)
        return journals.diff(journal.contents(before, names), journal.contents(after, names))
    except TutorError as error:
        return texts.error(error)[0]


# -- figures ---------------------------------------------------------------------------------------


def _comparisons(
    level: Level, mine: LevelProgress, attempts: Sequence[Attempt], broken: Measures
) -> Iterator[Comparison]:
    """Yield the goals' measures that were measured, in the order of the goals."""
    strictest = {goal.measure: goal for goal in level.goals}
    last = attempts[-1].run.measures if attempts else {}
    for measure, goal in strictest.items():
        run = mine.best if mine.medal else last
        before, after = before_of(measure, run, broken), run.get(measure)
        if is_number(after) or before is not None:
            yield Comparison(measure, before, after if is_number(after) else None, goal)


def time_spent(oldest_first: Sequence[Entry]) -> dict[str, float]:
    """Return the seconds spent on each level, pauses left out.

    The time between two entries of the journal belongs to the level of the later one.
    """
    spent: dict[str, float] = {}
    before = 0.0
    for entry in oldest_first:
        took = entry.at - before
        if not 0 < took <= PAUSE:
            # Nobody knows what they did before that, but for the run itself.
            took = float(entry.run["seconds"]) if entry.run else 0.0
        spent[entry.level] = spent.get(entry.level, 0.0) + took
        before = entry.at
    return spent
