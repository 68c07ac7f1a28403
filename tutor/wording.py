"""How numbers, goals and outcomes are written, wherever they are read as text."""

from typing import Any

from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.judge import Goal, GoalResult, Medal, Outcome
from tutor.progress import LevelProgress
from tutor.rendering import raw
from tutor.texts import Texts


def shown(value: Any) -> str:
    """Return a measured value as people write it."""
    if value is None:
        return "–"
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
    return f"{value:.0f}" if isinstance(value, float) else raw(value)


def cut(text: str, room: int) -> str:
    """Return *text*, its end cut off where it is longer than *room* columns."""
    return text if len(text) <= room else f"{text[: room - 1]}…"


def bound(goal: Goal | GoalResult) -> str:
    """Return the bound of a goal, for example ``≤ 12``."""
    if goal.at_most is not None:
        return f"≤ {shown(goal.at_most)}"
    return f"≥ {shown(goal.at_least)}"


def outcome_key(run: RunFinished) -> str:
    """Return the key of the outcome's words; a quick check that passes is no win yet."""
    if run.quick and run.verdict.won:
        return "quick_passed"
    return run.verdict.outcome.value


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
