"""Processes that left their server, told apart from those that were only seen at a bad moment.

A list of processes takes a moment to make, and they fork, end and are adopted meanwhile: one look
accuses nobody. Somebody who really left is still there, or comes back, a while later.
"""

import time
from collections.abc import Callable

from tutor.lab.shop import Shop
from tutor.stack.cancel import Cancel

APART = 0.5
"""Seconds between two looks that may accuse somebody."""
OFTEN = 5
"""Looks in which anybody at all was seen outside: some leave for one request only."""


class Strays:
    """Who was seen outside the servers of one shop, and when."""

    def __init__(self, shop: Shop, now: Callable[[], float] = time.monotonic) -> None:
        self._shop = shop
        self._now = now
        self._first: dict[int, float] = {}
        self._sure: set[int] = set()
        self._looks = 0

    def look(self) -> bool:
        """Look once; return whether anybody was outside."""
        found, now = self._shop.strays(), self._now()
        self._looks += bool(found)
        for pid in found:
            if now - self._first.setdefault(pid, now) >= APART:
                self._sure.add(pid)
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
        return len(self._sure) or (len(self._first) if self._looks >= OFTEN else 0)
