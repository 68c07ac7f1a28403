"""All replicas of a shop, mostly one, with their switches: thrown together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from tutor.probes.statements import Statements, all_of

if TYPE_CHECKING:
    from tutor.lab.instruments.standby import Standby
    from tutor.stack.black_hole import BlackHole


class Silence:
    """Black holes in the places of replicas."""

    def __init__(self, holes: Sequence[BlackHole]) -> None:
        self._holes = holes
        self._began = time.monotonic()

    @property
    def tries(self) -> int:
        """How often the one that was tried most was tried."""
        return max(hole.tries for hole in self._holes)

    def tries_within(self, seconds: float) -> int:
        """Return how often, where one more is allowed after each such while.

        A crowded machine takes its time: whoever tries again later tries for the first time.
        """
        return self.tries - int((time.monotonic() - self._began) // seconds)


class Standbys:
    """Whoever reads elsewhere than on the first server reads on one of *all* these."""

    def __init__(self, all: Sequence[Standby]) -> None:
        self._all = all

    def __iter__(self) -> Iterator[Standby]:
        return iter(self._all)

    def catch_up(self) -> None:
        """Wait until each shows all that was committed until now."""
        for standby in self._all:
            standby.catch_up()

    def counting(self) -> AbstractContextManager[Statements]:
        """Count what the shop asks them during the block."""
        return all_of(standby.counting() for standby in self._all)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Have them stand still during the block: they answer, and show the shop as it was."""
        with self._each(lambda standby: standby.paused()):
            yield

    @contextmanager
    def down(self) -> Iterator[None]:
        """Have them dead during the block."""
        with self._each(lambda standby: standby.down()):
            yield

    @contextmanager
    def silent(self) -> Iterator[Silence]:
        """Have black holes in their places during the block."""
        with self._each(lambda standby: standby.silent()) as holes:
            yield Silence(holes)

    def restart(self) -> None:
        """End them, and have them back before anybody asks."""
        for standby in self._all:
            standby.restart()

    @contextmanager
    def _each(
        self, switch: Callable[[Standby], AbstractContextManager[Any]]
    ) -> Iterator[list[Any]]:
        """Throw the same *switch* of each during the block."""
        with ExitStack() as stack:
            yield [stack.enter_context(switch(standby)) for standby in self._all]
