"""Processes that left their server, told apart from those that were only seen at a bad moment.

A list of processes takes a moment to make, and they fork, end and are adopted meanwhile: one look
accuses nobody. Somebody who really left is still there, or comes back, a while later.
"""

import time
from collections.abc import Callable, Collection, Hashable
from typing import Protocol

from tutor.base.cancel import Cancel

APART = 0.5
"""Seconds between two looks that may accuse somebody."""
OFTEN = 5
"""Looks so far apart in which anybody at all was seen outside: some leave for one request only."""


class Watched(Protocol):
    """A shop whose processes are looked at."""

    def strays(self) -> Collection[Hashable]:
        """Return who is seen outside now."""


class Strays:
    """Who was seen outside the servers of one shop, and when."""

    def __init__(self, shop: Watched, now: Callable[[], float] = time.monotonic) -> None:
        self._shop = shop
        self._now = now
        self._first: dict[Hashable, float] = {}
        self._sure: set[Hashable] = set()
        self._looks: list[float] = []
        """When anybody was seen, looks in between left out."""

    def look(self) -> bool:
        """Look once; return whether anybody was outside."""
        found, now = self._shop.strays(), self._now()
        if found and (not self._looks or now - self._looks[-1] >= APART):
            self._looks.append(now)
        for one in found:
            if now - self._first.setdefault(one, now) >= APART:
                self._sure.add(one)
        return bool(found)

    def look_twice(self, cancel: Cancel) -> int:
        """Look, and where anybody is outside look again a while later; return how many are."""
        if self.look():
            cancel.wait(APART)
            self.look()
        return self.count

    @property
    def count(self) -> int:
        """How many left their server: seen outside twice, or too often to be an accident."""
        return len(self._sure) or (len(self._first) if len(self._looks) >= OFTEN else 0)
