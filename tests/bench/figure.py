"""What a figure is, and how a measurement says that it failed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


class BenchFailed(Exception):
    """What was to be measured did not happen."""


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
