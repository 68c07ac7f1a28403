"""What a run comes to for the learner: the medal that counts, and what they said beforehand."""

from collections.abc import Mapping
from typing import Any

from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.judge import Evidence, Medal, Outcome, evidence
from tutor.learner.progress import LevelProgress
from tutor.words.texts import Texts


def counted_medal(run: RunFinished, mine: LevelProgress | None) -> Medal | None:
    """Return the medal that a run earns the learner; None for a quick check and without a win."""
    medal = None if run.quick else run.verdict.medal
    return mine.counted(medal) if mine and medal and _is_mine(run) else medal


def gold_is_gone(run: RunFinished, mine: LevelProgress | None) -> bool:
    """Return whether the figures are gold and the medal is not, for the answer was seen before."""
    return not run.quick and counted_medal(run, mine) is not run.verdict.medal


def diagnosed(
    texts: Texts,
    level: Level,
    run: RunFinished,
    mine: LevelProgress | None,
    before: Mapping[str, Any] | None = None,
) -> str:
    """Return the learner's diagnosis beside the measurement; empty where there was none.

    *before* has what was measured of the broken shop on this machine.
    """
    judged = run.verdict.outcome in (Outcome.WON, Outcome.NOT_YET) and not run.quick
    if not mine or not judged or level.diagnosis is None or not _is_mine(run):
        return ""
    return texts.diagnosis(level, mine.diagnosis, shown_cause(level, run, before))


def shown_cause(
    level: Level, run: RunFinished, before: Mapping[str, Any] | None
) -> Evidence | None:
    """Return what of *run* speaks for the right diagnosis; None where nothing does."""
    shown_by = level.diagnosis.shown_by if level.diagnosis else ()
    return evidence(run.verdict, level.goals, shown_by, run.measures, before or {})


def predicted(texts: Texts, level: Level, run: RunFinished, mine: LevelProgress | None) -> str:
    """Return the learner's guess beside the measurement of a win; empty where there was none."""
    if not mine or run.quick or run.verdict.outcome is not Outcome.WON or not _is_mine(run):
        return ""
    return texts.prediction(level, mine.prediction, run.measures)


def _is_mine(run: RunFinished) -> bool:
    return run.variant == "mine"
