"""The workers of a shop, one by one: which of them answers is ours to say, not the kernel's.

A worker that stands still takes no connection: whoever asks meanwhile is answered by another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tutor.machine.processes import children_of, standing_still
from tutor.machine.sockets import sockets

if TYPE_CHECKING:
    from tutor.lab.instruments.context import Context
    from tutor.lab.shop import Shop

ANSWERS = 20.0
"""Seconds in which a new worker is through with loading the shop."""


class Workers:
    """The processes of gunicorn that answer for *shop*."""

    def __init__(self, lab: Context, shop: Shop) -> None:
        self._lab = lab
        self._shop = shop

    @property
    def pids(self) -> list[int]:
        """Their pids, the oldest first."""
        return sorted(children_of(self._shop.pid("gunicorn"), recursive=False))

    @contextmanager
    def only(self, pid: int) -> Iterator[None]:
        """Have all but *pid* stand still during the block."""
        others = [other for other in self.pids if other != pid]
        with standing_still(others):
            yield

    def have_taken(self, visitors: int) -> bool:
        """Return whether *visitors* were let in, and nobody waits outside for a worker.

        Where the kernel does not tell who waits, they are taken for inside.
        """
        seen = sockets(self._shop.pid("gunicorn"))
        if seen is None:
            return True
        port = self._shop.service("gunicorn").port
        waiting = seen.waiting[port]
        return not waiting and seen.arrived[port] >= visitors

    def kill(self, pid: int) -> None:
        """End *pid* without a word, as the kernel does when memory ends; another one follows."""
        before = len(self.pids)
        self._lab.kill([pid])
        self._lab.wait_until(
            lambda: pid not in self.pids and len(self.pids) >= before, timeout=20.0
        )

    def renew(self, pid: int) -> int:
        """End *pid* and return the one that follows, once it answers: it is connected to nothing.

        Raises:
            Exception: no worker follows, or it does not answer.
        """
        before = self.pids
        self.kill(pid)
        follower = next(other for other in reversed(self.pids) if other not in before)
        with self.only(follower), self._shop.visitor(timeout=ANSWERS) as visitor:
            visitor.get("/health/")
        return follower
