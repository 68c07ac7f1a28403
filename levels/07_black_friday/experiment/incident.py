"""What nobody can prevent."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from .accountant import reporting

if TYPE_CHECKING:
    from tutor.lab import Lab, Orders

INCIDENTS = ("flush", "worker", "hogs", "redis")
STRANDS = ("worker", "redis")
"""Those after which messages lie in Redis that nobody has and nobody is done with."""
HAPPENS = 0.45
"""Which part of the sale is over when it happens."""
EARLY = 0.1
"""Which part is over when the cache is emptied: a shop with room for it makes all its pages anew
before the crowd is at its largest. Half a step before the top the right one stood at 100 %."""
LASTS, BACK = 5.0, 2.5
"""Seconds for which Redis is gone, and from its return until the doors close: whoever bought
meanwhile has had her answer by then, however many come in a second."""
STARTS = 1.5
"""Seconds until the first visitor comes: the load generator takes a moment."""


class Incident:
    """What happens in the middle of the sale, or towards its end."""

    def __init__(self, lab: Lab, orders: Orders, kind: str) -> None:
        self.kind = kind
        self.happened_at = 0.0
        """When, on the monotonic clock; 0 before."""
        self._lab = lab
        self._orders = orders
        self._began = 0.0
        self._due = STARTS + _moment(kind, lab.plan.seconds)
        self._undo = ExitStack()

    def __enter__(self) -> Self:
        """Wait for the moment."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Be over."""
        self._undo.close()

    def look(self) -> None:
        """Happen, once it is time."""
        lab, now = self._lab, time.monotonic()
        self._began = self._began or now
        if self.kind == "redis" and self.happened_at and now - self.happened_at >= LASTS:
            self._undo.close()
        if self.happened_at or now - self._began < self._due:
            return
        self.happened_at = now
        lab.step(f"incident_{self.kind}")
        if self.kind == "flush":
            lab.shop.empty_caches()
        elif self.kind == "worker":
            self._orders.kill_workers()
        elif self.kind == "redis":
            self._undo.enter_context(self._orders.redis_away())
        else:
            self._undo.enter_context(reporting(lab))


def _moment(kind: str, seconds: float) -> float:
    """Return how many of a sale's *seconds* are over when it happens."""
    if kind == "redis":
        # Workers come back some seconds after it: what they make up for keeps no visitor waiting.
        return seconds - BACK - LASTS
    return (EARLY if kind == "flush" else HAPPENS) * seconds
