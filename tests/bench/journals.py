"""A journal as long as nobody's yet, and what a learner waits for who has it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.commands import TUTOR, command
from tests.bench.figure import Sampler
from tests.bench.terminal import first_frames

if TYPE_CHECKING:
    from tutor.curriculum import Level
    from tutor.learner.session import Session

WORKSPACE = "long"
LONG = 10_000
"""Runs: a year of eight hours' work, a check on save every twelve minutes."""
CHECKS_PER_RUN = 5
"""Of so many entries one is a full run, the others are checks on save."""
PAUSE = 240.0
"""Seconds between two entries."""
TRIES = 40
"""States of the files that are tried again and again."""


def fill(runs: int) -> None:
    """Give the learner of the workspace a journal of *runs* runs: each level in turns, never won."""
    from tutor.events import RunFinished
    from tutor.judge import judge
    from tutor.learner.session import Session

    session = Session(Path(WORKSPACE))
    session.enter(session.levels[0])
    states = {level.slug: list(_states(session, level)) for level in session.levels}
    for number, level in zip(range(1, runs + 1), cycle(session.levels), strict=False):
        is_quick = number % CHECKS_PER_RUN != 0
        measures = {goal.measure: 1000 + number for goal in level.goals}
        verdict = judge(level.goals, measures, (), quick=is_quick)
        run = RunFinished(f"{number:08}", level.slug, "mine", is_quick, 9.5, verdict, measures)
        entry = {
            "schema": 1,
            "number": number,
            "at": 1.7e9 + PAUSE * number,
            "level": level.slug,
            "reason": "run",
            "workspace": str(session.workspace.folder),
            "variant": "mine",
            "files": states[level.slug][number % TRIES],
            "run": {"event": "RunFinished", **asdict(run)},
            "drawn_by": 1,
        }
        path = session.journal.folder / f"{number:06}.json"
        path.write_text(json.dumps(entry, indent=1), encoding="utf-8")


def _states(session: "Session", level: "Level") -> Iterator[dict[str, str]]:
    """Yield states of the files of *level*, each with one line more than the one before."""
    start = session.start_contents(level, 1)
    changed = max(start, key=lambda name: name.endswith(".py") and len(start[name]))
    for number in range(TRIES):
        contents = {**start, changed: start[changed] + b"# one more try\n" * number}
        yield dict(session.journal.take(contents).digests)


def of_journal(take: Callable[[], Iterator[float]], runs: int = LONG) -> Sampler:
    """Return the sampler of what *take* yields where a journal of *runs* runs is."""

    def samples(times: int) -> Iterator[float]:
        if not Path(WORKSPACE).exists():
            fill(runs)
        yield from islice(take(), times)

    return samples


def lists() -> Iterator[float]:
    """Yield the seconds of ``tutor journal``."""
    while True:
        yield command("journal", "--workspace", WORKSPACE, expect=0)


def reports() -> Iterator[float]:
    """Yield the seconds of ``tutor report``."""
    while True:
        yield command("report", "--workspace", WORKSPACE, expect=0)


def starts() -> Iterator[float]:
    """Yield the seconds until the first frame of the game."""
    sample = first_frames(TUTOR, "start", "--workspace", WORKSPACE)
    while True:
        yield next(sample(1))
