"""What is worth telling of something that is looked at again and again."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

SPACING, STEP = 10.0, 10.0
"""Seconds at least between two lines about the same thing, and how far its figures have moved."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing as it is now, in a sentence."""

    said: str
    exact: str
    """What is told wherever it is another."""
    figures: tuple[float, ...] = ()
    """What wavers: it is told where it has moved by ten."""
    state: str = ""
    """What is told as soon as it is another: it runs, it has ended."""
    name: str = ""
    """What it is called where it is gone; empty where its key says it."""


class Changes:
    """Remembers what was told, and by that knows what is news.

    What came, went or ended is told at once, a figure that wavers every ten seconds at most: each
    line may be read aloud while the next one waits.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: dict[str, tuple[Line, float]] = {}

    def news(self, lines: Mapping[str, Line], gone: Callable[[str], str]) -> Iterator[str]:
        """Yield what is new in *lines*; *gone* says of a name that is missing that it is."""
        now = self._clock()
        for name in [name for name in self._told if name not in lines]:
            line, _ = self._told.pop(name)
            yield gone(line.name or name)
        for name, line in lines.items():
            if self._is_news(name, line, now):
                self._told[name] = line, now
                yield line.said

    def _is_news(self, name: str, line: Line, now: float) -> bool:
        if name not in self._told:
            return True
        before, at = self._told[name]
        if line.state != before.state:
            return True
        moved = (
            abs(new - old) >= STEP for new, old in zip(line.figures, before.figures, strict=False)
        )
        return now - at >= SPACING and (line.exact != before.exact or any(moved))
