"""What a figure is, and how a measurement says that it failed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

TOLD = 300
"""Characters of a report that are told: its end says why, and the whole may be megabytes."""


class BenchFailed(Exception):
    """What was to be measured did not happen; of the *report* about it the end is told."""

    def __init__(self, message: str, report: str = "") -> None:
        end = " ".join(report.split())[-TOLD:]
        super().__init__(f"{message}: {end}" if end else message)


Sampler = Callable[[int], Iterator[float]]
"""From the number of runs to one value per run; warms up by itself."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing to measure."""

    name: str
    unit: str
    limit: float | None
    """None for a figure that is there for comparison."""
    runs: int
    samples: Sampler
