"""A race as those see it who watch: whose turn it was, and how long it took."""

from types import TracebackType
from typing import Self

from tutor.events import LapFinished, RaceFinished, RaceStarted
from tutor.probes.race import middle_round
from tutor.stack.starting import Emit


class Lanes:
    """Tells of turns that several shops take; what they mean is for whoever measures to say."""

    def __init__(self, emit: Emit, measure: str, shops: tuple[str, ...], rounds: int) -> None:
        self.measure = measure
        self.shops = shops
        self.rounds = rounds
        self._emit = emit
        self._times: list[list[float]] = [[] for _ in shops]

    def __enter__(self) -> Self:
        """Begin."""
        self._emit(RaceStarted(self.measure, self.shops, self.rounds))
        return self

    def lap(self, lane: int, seconds: float) -> None:
        """Tell that the shop in *lane* had its turn."""
        times = self._times[lane]
        times.append(seconds * 1000)
        self._emit(LapFinished(lane, len(times), round(times[-1], 2)))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End; one that was broken off has no result."""
        if kind is None and all(self._times):
            first, *others = self._times
            middle = middle_round(first if others else [1.0] * len(first), self._times[-1])
            self._emit(RaceFinished(self.measure, tuple(round(t[middle], 2) for t in self._times)))
