"""How numbers, goals and outcomes are written, wherever they are read as text."""

from typing import Any

from tutor.events import RunAwaited, RunFinished
from tutor.judge import Goal, GoalResult
from tutor.words.dates import clock
from tutor.words.rendering import raw
from tutor.words.texts import Texts


def shown(value: Any) -> str:
    """Return a measured value as people write it."""
    if value is None:
        return "–"
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
    return f"{value:.0f}" if isinstance(value, float) else raw(value)


def bound(goal: Goal | GoalResult) -> str:
    """Return the bound of a goal, for example ``≤ 12``."""
    if goal.at_most is not None:
        return f"≤ {shown(goal.at_most)}"
    return f"≥ {shown(goal.at_least)}"


def awaited(texts: Texts, event: RunAwaited) -> str:
    """Return for whom a run waits."""
    if not event.command:
        return texts("run.awaits_somebody")
    return texts("run.awaits", command=event.command, pid=event.pid, since=clock(event.since))


def outcome_key(run: RunFinished) -> str:
    """Return the key of the outcome's words; a quick check that passes is no win yet."""
    if run.quick and run.verdict.won:
        return "quick_passed"
    return run.verdict.outcome.value
