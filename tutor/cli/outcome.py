"""What a run's verdict is to a script: an exit code, a document."""

from collections.abc import Mapping
from typing import Any

from tutor.base.errors import ExitCode
from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.grading.result import EXIT_CODES
from tutor.learner.progress import LevelProgress
from tutor.learner.results import diagnosed, predicted, shown_cause
from tutor.words.texts import Texts
from tutor.words.wording import outcome_key


def exit_code(run: RunFinished) -> ExitCode:
    """Return what a script is told."""
    return EXIT_CODES[run.verdict.outcome]


def document(
    words: Texts,
    level: Level,
    run: RunFinished,
    mine: LevelProgress | None = None,
    before: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a run as one JSON document.

    *mine* has what the learner said before, *before* what was measured of the broken shop.
    """
    verdict = run.verdict.to_json()
    for goal, result in zip(verdict["goals"], run.verdict.goals, strict=True):
        goal["text"] = words.goal(level, result)
    for finding, made in zip(verdict["findings"], run.verdict.findings, strict=True):
        finding["text"] = words.finding(level, made)
    return {
        "level": run.level,
        "variant": run.variant,
        "quick": run.quick,
        "counters": run.counters,
        "outcome": outcome_key(run),
        "exit_code": int(exit_code(run)),
        "seconds": run.seconds,
        "medal": verdict["medal"],
        "goals": verdict["goals"],
        "findings": verdict["findings"],
        "diagnosis": _diagnosis(words, level, run, mine, before),
        "prediction": _prediction(words, level, run, mine),
        "measures": run.measures,
    }


def _diagnosis(
    words: Texts,
    level: Level,
    run: RunFinished,
    mine: LevelProgress | None,
    before: Mapping[str, Any] | None,
) -> dict[str, Any] | None:
    told = diagnosed(words, level, run, mine, before)
    if not told or level.diagnosis is None or mine is None:
        return None
    shown = shown_cause(level, run, before)
    right = None if shown is None else mine.diagnosis == level.diagnosis.right
    return {"said": mine.diagnosis, "right": right, "text": told}


def _prediction(
    words: Texts, level: Level, run: RunFinished, mine: LevelProgress | None
) -> dict[str, Any] | None:
    told = predicted(words, level, run, mine)
    if not told or level.prediction is None or mine is None:
        return None
    measure = level.prediction.measure
    return {"guess": mine.prediction, "measured": run.measures[measure], "text": told}
