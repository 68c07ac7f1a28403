"""What a run comes to for the learner: the medal that counts, and what they said beforehand."""

from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.judge import Medal, Outcome
from tutor.learner.progress import LevelProgress
from tutor.words.texts import Texts


def counted_medal(run: RunFinished, mine: LevelProgress | None) -> Medal | None:
    """Return the medal that a run earns the learner; None for a quick check and without a win."""
    medal = None if run.quick else run.verdict.medal
    return mine.counted(medal) if mine and medal and _is_mine(run) else medal


def gold_is_gone(run: RunFinished, mine: LevelProgress | None) -> bool:
    """Return whether the figures are gold and the medal is not, for the answer was seen before."""
    return not run.quick and counted_medal(run, mine) is not run.verdict.medal


def diagnosed(texts: Texts, level: Level, run: RunFinished, mine: LevelProgress | None) -> str:
    """Return the learner's diagnosis beside the measurement; empty where there was none."""
    measured = run.verdict.outcome in (Outcome.WON, Outcome.NOT_YET) and not run.quick
    return texts.diagnosis(level, mine.diagnosis) if mine and measured and _is_mine(run) else ""


def predicted(texts: Texts, level: Level, run: RunFinished, mine: LevelProgress | None) -> str:
    """Return the learner's guess beside the measurement of a win; empty where there was none."""
    if not mine or run.quick or run.verdict.outcome is not Outcome.WON or not _is_mine(run):
        return ""
    return texts.prediction(level, mine.prediction, run.measures)


def _is_mine(run: RunFinished) -> bool:
    return run.variant == "mine"
