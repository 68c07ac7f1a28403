"""The sum behind a peak: who may open how many connections, in the learner's own numbers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .readers import READERS

if TYPE_CHECKING:
    from tutor.lab import Lab

RESERVED = 3
"""Slots that PostgreSQL keeps for superusers."""
OURS = 2
"""Slots that our own monitoring holds while it looks."""


class Sums:
    """What pools of the learner's allow, beside what there is."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._shop = lab.shop
        self._gold = min(lab.bounds("peak"))
        self.free = lab.level.machine.max_connections - RESERVED - OURS
        """Slots that the shop may have."""
        traffic = self._shop.pooled
        self._bypassed = traffic if traffic and not traffic.statements else None
        self._pooled = traffic if traffic and traffic.statements else None

    @property
    def workers(self) -> int:
        """How many processes gunicorn has."""
        return self._shop.site.workers

    @property
    def threads(self) -> int:
        """How many threads each of them has."""
        return int(self._shop.site.plan.of("gunicorn").get("threads", 1))

    @cached_property
    def _pool_size(self) -> int:
        """What Django's own pool lets each process have: to ask for it starts a process."""
        return self._shop.pool_size()

    def tell_of_bypass(self) -> None:
        """Say that pgbouncer runs and nobody goes through it."""
        if self._bypassed:
            clients = self._bypassed.clients
            self._lab.find_once("pgbouncer_bypassed", clients=clients, readers=READERS)

    def tell_of_too_many(self, peak: int, refused: int) -> bool:
        """Say which pool allows more than there is room for; return whether one does."""
        if self._pooled:
            size = self._pooled.pool_size
            if size > self._gold:
                self._tell("pgbouncer_too_large", peak, refused, size=size)
            return size > self._gold
        size = self._pool_size
        wanted = self.workers * size
        if wanted > self._gold:
            self._tell("pool_per_process", peak, refused, size=size, wanted=wanted)
        return wanted > self._gold

    def tell_of_too_few(self) -> None:
        """Say what a pool allows each process, where that is too few for those who come."""
        if self._pooled or not (size := self._pool_size):
            return
        self._lab.find_once(
            "pool_too_small",
            workers=self.workers,
            size=size,
            wanted=self.workers * size,
            threads=self.workers * self.threads,
            free=self.free,
        )

    def _tell(self, finding: str, peak: int, refused: int, **sizes: int) -> None:
        self._lab.find_once(
            finding,
            workers=self.workers,
            threads=self.threads,
            free=self.free,
            gold=round(self._gold),
            peak=peak,
            count=refused,
            **sizes,
        )
