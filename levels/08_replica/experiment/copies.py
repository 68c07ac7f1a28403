"""The copies of db1 that the shop has, mostly one, with their switches: thrown all together."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from typing import Any

    from tutor.lab import Lab, Statements


@dataclass(frozen=True, slots=True)
class Silence:
    """Doors behind which nobody answers."""

    doors: list[Any]

    @property
    def tries(self) -> int:
        """How often the one that was tried most was tried."""
        return max(int(door.tries) for door in self.doors)


class Copies:
    """Whoever reads elsewhere than on db1 reads on one of these."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._all: list[Any] = [lab.standby(title) for title in lab.shop.replicas]

    def catch_up(self) -> None:
        """Wait until each shows all that was committed until now."""
        for copy in self._all:
            copy.catch_up()

    def counting(self) -> AbstractContextManager[Statements]:
        """Count what the shop asks them during the block."""
        return self._lab.counting(*self._all)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Have them stand still during the block: they answer, and show the shop as it was."""
        with ExitStack() as stack:
            for copy in self._all:
                stack.enter_context(copy.paused())
            yield

    @contextmanager
    def down(self) -> Iterator[None]:
        """Have them dead during the block."""
        with ExitStack() as stack:
            for copy in self._all:
                stack.enter_context(copy.down())
            yield

    @contextmanager
    def silent(self) -> Iterator[Silence]:
        """Have doors in their place during the block behind which nobody answers."""
        with ExitStack() as stack:
            yield Silence([stack.enter_context(copy.silent()) for copy in self._all])

    def restart(self) -> None:
        """End them, and have them back before anybody asks."""
        for copy in self._all:
            copy.restart()
