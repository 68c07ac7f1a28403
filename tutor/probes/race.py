"""Compare two shops by the clock, in turns, and say how far the clock can be trusted."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Race:
    """The times of two runners that took turns."""

    first: tuple[float, ...]
    """Seconds, one per round."""
    second: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Return how much of the first one's time the second one takes: in :attr:`middle`."""
        first, second = self.middle
        return second / first

    @property
    def middle(self) -> tuple[float, float]:
        """Return both times of the round in the middle: they stand for :attr:`ratio`.

        The middle time of each runner may be of another round each, and have another ratio.
        """
        at = middle_round(self.first, self.second)
        return self.first[at], self.second[at]

    @property
    def noise(self) -> float:
        """Return how much the first one differs from itself: 1.0 is not at all.

        Neighbouring rounds of the same runner should take the same time; the median of their ratios
        (the larger by the smaller) is what the machine adds.
        """
        return statistics.median(_spread(self.first) + _spread(self.second))

    def straddles(self, bound: float) -> bool:
        """Return whether the noise is large enough to carry the ratio across *bound*."""
        return self.ratio / self.noise < bound < self.ratio * self.noise


def middle_round(first: Sequence[float], second: Sequence[float]) -> int:
    """Return which round has the ratio in the middle; of two, the one with the larger.

    Nobody is told that a shop is faster because the other one had a bad moment.
    """
    ratios = sorted((b / a, at) for at, (a, b) in enumerate(zip(first, second, strict=True)))
    return ratios[len(ratios) // 2][1]


def race(
    first: Callable[[], float],
    second: Callable[[], float],
    *,
    rounds: int,
    warm_up: int = 1,
    told: Callable[[int, float], None] = lambda lane, seconds: None,
) -> Race:
    """Let two runners take turns, A B A B, and return their times in seconds.

    *told* hears of each lap that counts: whose it was, 0 or 1, and its seconds.
    """
    for _ in range(warm_up):
        first(), second()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for lane, runner in enumerate((first, second)):
            times[lane].append(runner())
            told(lane, times[lane][-1])
    return Race(tuple(times[0]), tuple(times[1]))


def _spread(times: Sequence[float]) -> list[float]:
    return [max(a, b) / min(a, b) for a, b in pairwise(times)]
