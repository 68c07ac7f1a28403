"""A learner who has played: runs in the journal, medals, hints, without a single service."""

from collections.abc import Mapping
from typing import Any

from tutor.curriculum import Level
from tutor.curriculum.compose import compose
from tutor.events import RunFinished
from tutor.judge import Finding, Kind, judge
from tutor.learner.session import Session, read_all

REPEATS = Finding(
    "repeats",
    Kind.NOTE,
    {
        "times": 200,
        "statement": "SELECT … FROM catalog_brand WHERE id = ?",
        "file": "catalog/templates/catalog/_card.html",
        "line": 12,
        "code": "{{ product.brand.country.name }}",
    },
)
LOST = {"queries": 1292, "slope": 6.0, "time_ratio": 1.01, "failures": 0, "rps": 2.4}
BETTER = {"queries": 201, "slope": 1.0, "time_ratio": 0.21, "failures": 0, "rps": 12.0}
GOLD = {"queries": 1, "slope": 0, "time_ratio": 0.08, "failures": 0, "rps": 44.2}


class Clock:
    """The time as a test wants it; it stands in for the module ``time``."""

    def __init__(self, now: float = 1_795_000_000.0) -> None:
        self.now = now

    def time(self) -> float:
        """Return the seconds since the epoch."""
        return self.now


def finish(
    session: Session,
    level: Level,
    measures: Mapping[str, Any],
    *findings: Finding,
    quick: bool = False,
    seconds: float = 21.4,
    variant: str = "mine",
) -> None:
    """Let a run, of the learner's own files by default, end as the judge would judge it."""
    verdict = judge(level.goals, dict(measures), list(findings), quick=quick)
    run = RunFinished("r", level.slug, variant, quick, seconds, verdict, dict(measures))
    taken = session.journal.take(session.workspace.contents())
    session._remember(run, taken, session.workspace.number)


def mend(session: Session, level: Level, *names: str) -> None:
    """Put the reference answer's files into the workspace, all of them or only *names*."""
    files = read_all(compose(level, "fixed", session.levels))
    here = session.workspace.contents()
    for name, data in files.items():
        if (not names or name in names) and here.get(name) != data:
            path = session.workspace.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def winning(level: Level) -> dict[str, Any]:
    """Return measures that win *level* with gold."""
    return {
        goal.measure: goal.at_most if goal.at_most is not None else goal.at_least
        for goal in level.goals
    }


def losing(level: Level) -> dict[str, Any]:
    """Return measures that miss every goal of *level*."""
    return {
        goal.measure: 3 * goal.at_most + 1 if goal.at_most is not None else (goal.at_least or 0) / 3
        for goal in level.goals
    }


def play_level(session: Session, level: Level, clock: Clock) -> None:
    """Lose *level* once, take a hint, mend it and win."""
    session.enter(level)
    clock.now += 240
    finish(session, level, losing(level))
    clock.now += 200
    session.take_hint(level)
    mend(session, level)
    finish(session, level, winning(level), quick=True)
    clock.now += 60
    finish(session, level, winning(level))


def play_first(session: Session, clock: Clock) -> Level:
    """Play level 1 as Betty did: lost, bronze, gold, with a diagnosis and two hints."""
    level = session.levels[0]
    session.enter(level)
    session.diagnose(level, "disk")
    clock.now += 300
    finish(session, level, LOST, REPEATS)
    session.take_hint(level)
    clock.now += 420
    views = session.workspace.folder / "catalog/views.py"
    views.write_text(f"{views.read_text()}\n# select_related\n")
    finish(session, level, BETTER, Finding("betty_step", Kind.NOTE, {"queries": 201}))
    session.take_hint(level)
    clock.now += 3600
    mend(session, level)
    finish(session, level, GOLD, quick=True)
    clock.now += 45
    finish(session, level, GOLD)
    return level
