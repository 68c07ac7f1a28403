"""How outcomes and waits are named, wherever they are read as text."""

from tutor.curriculum import Level
from tutor.events import RaceStarted, RunAwaited, RunFinished, ServiceStarted, ServiceStarting
from tutor.judge import GoalResult
from tutor.words.dates import clock
from tutor.words.texts import Texts

SHOPS_BESIDE = ("baseline", "healthy", "before")
"""The shops that a run starts beside the one under test."""


def awaited(texts: Texts, event: RunAwaited) -> str:
    """Return for whom a run waits."""
    if not event.command:
        return texts("run.awaits_somebody")
    return texts("run.awaits", command=event.command, pid=event.pid, since=clock(event.since))


def service_of(texts: Texts, event: ServiceStarting | ServiceStarted) -> str:
    """Return what is called by which name: the services of a shop beside the learner's by both."""
    if event.site in SHOPS_BESIDE:
        return texts(f"service_of.{event.site}", service=event.service)
    return event.service


def lanes(texts: Texts, race: RaceStarted) -> list[str]:
    """Return the names of the shops that race; of two that are the same, the second is its twin."""
    named = [texts(f"{'race' if texts.has(f'race.{s}') else 'variant'}.{s}") for s in race.shops]
    return [texts("race.twin") if name in named[:at] else name for at, name in enumerate(named)]


def outcome_key(run: RunFinished) -> str:
    """Return the outcome's name for programs; a quick check that passes is no win yet."""
    if run.quick and run.verdict.won:
        return "quick_passed"
    return run.verdict.outcome.value


def told_key(run: RunFinished) -> str:
    """Return the key of the outcome's words; a quick check says how far it came."""
    key = outcome_key(run)
    if key == "quick_passed" and _missed(run) and run.verdict.medal:
        return f"quick_{run.verdict.medal}"
    return key


def explained(texts: Texts, level: Level, run: RunFinished) -> str:
    """Return what the outcome means; of a quick check that came so far, what it misses.

    A fix may be refused although no number is missed: then it is by what was seen.
    """
    key = outcome_key(run)
    known = [goal for goal in run.verdict.goals if goal.value is not None]
    if key == "not_yet" and known and all(goal.met for goal in known):
        return texts("outcome_explained.refused")
    if told_key(run) == key:
        return texts(f"outcome_explained.{key}")
    lowest = _missed(run)[0]
    lacks = f"outcome_explained.lacks_{lowest.medal}"
    return texts(lacks, goal=measured_goal(texts, level, lowest))


def measured_goal(texts: Texts, level: Level, goal: GoalResult) -> str:
    """Return a goal's sentence with what was measured and what was needed."""
    sentence, measured = texts.goal(level, goal), texts.measured(level, goal)
    return texts("grading.measured", goal=sentence, measured=measured, needed=texts.bound(goal))


def with_stop(sentence: str) -> str:
    """Return *sentence* with a stop: without one a voice runs on into the next line."""
    return sentence if sentence.endswith((".", "?", "!", "…", ":")) else f"{sentence}."


def _missed(run: RunFinished) -> list[GoalResult]:
    """Return the goals that were measured and missed, those of the lowest medal first."""
    missed = [goal for goal in run.verdict.goals if goal.value is not None and not goal.met]
    return sorted(missed, key=lambda goal: goal.medal.rank)
