"""What a check on save takes, and until it names what is missed."""

import time
from collections.abc import Iterator
from typing import Any

from tests.bench.figure import BenchFailed, Sampler
from tests.bench.shops import session_in, stack_of
from tutor.events import Measured
from tutor.judge import Outcome, standing


def checks(number: int) -> Sampler:
    """Return the sampler of the seconds that a check on save takes where all is right."""

    def samples(runs: int) -> Iterator[float]:
        for run in _checks(number, "fixed", runs):
            if run[-1][1].verdict.outcome != Outcome.WON:
                raise BenchFailed(f"level {number} was not won: {run[-1][1].verdict}")
            yield run[-1][0]

    return samples


def first_words(number: int) -> Sampler:
    """Return the sampler of the seconds until a check on save names something that is missed."""

    def samples(runs: int) -> Iterator[float]:
        goals = session_in("check").levels[number - 1].goals
        for run in _checks(number, "broken", runs):
            measures: dict[str, Any] = {}
            for seconds, event in run:
                if isinstance(event, Measured):
                    measures[event.measure] = event.value
                if standing(goals, measures, [], quick=True).first_missed:
                    yield seconds
                    break
            else:
                raise BenchFailed(f"level {number} was said to miss nothing")

    return samples


def _checks(number: int, variant: str, runs: int) -> Iterator[list[tuple[float, Any]]]:
    """Yield the events of each quick check of a level, with the seconds from its beginning.

    One comes before the others: it makes the stack and its data.
    """
    with stack_of(session_in("check")) as session:
        for count in range(runs + 1):
            began = time.monotonic()
            run = [
                (time.monotonic() - began, event)
                for event in session.play(session.levels[number - 1], variant, quick=True)
            ]
            if count:
                yield run
