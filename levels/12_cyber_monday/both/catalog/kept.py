"""Shelves that are kept: computed by one, for all, and never from before the last edit.

A shelf is kept with the generation it belongs to. An edit begins a new generation, once it is
committed; whoever computes has read the generation first, so what was read too early is known for
what it is. One renews, under a lock that ends by itself, and the others are shown what there was.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction

GENERATION = "shelves-generation"
FRESH = 60
"""Seconds for which a shelf is good; it is kept for longer, to be shown meanwhile."""
LOCKED = 10
"""Seconds after which somebody else may compute: many times what it takes."""
LOOK = 0.05
"""Seconds between two looks of who has nothing to show yet."""


class Entry(NamedTuple):
    """A shelf, as it lies in the cache."""

    generation: str
    due: float
    shelf: Any


class Turn(NamedTuple):
    """The last time this process computed without a cache."""

    began: float
    shelf: Any


class Kept:
    """What *compute* finds, under *name*, for everybody: put nothing into it that is somebody's."""

    def __init__(self, name: str, compute: Callable[[], Any]) -> None:
        self.compute = compute
        self.key, self.lock = name, f"{name}-lock"
        self._one_at_a_time = threading.Lock()
        self._turn = Turn(0.0, None)

    def shelf(self) -> Any:
        """Return the shelf; one visitor renews it where that is due."""
        generation, kept = current(), cache.get(self.key)
        if self._is_good(kept, generation):
            return kept.shelf
        if self._may_renew():
            return self.renew(generation)
        return kept.shelf if kept else self._first()

    def renew(self, generation: str) -> Any:
        """Compute, and keep what is found with the *generation* that was read before."""
        try:
            # Between a look that found nothing and the lock, somebody else may have been at it.
            kept = cache.get(self.key)
            if self._is_good(kept, generation):
                return kept.shelf
            found = self.compute()
            cache.set(self.key, Entry(generation, time.time() + FRESH, found), 10 * FRESH)
        finally:
            cache.delete(self.lock)
        return found

    @staticmethod
    def _is_good(kept: Entry | None, generation: str) -> bool:
        return kept is not None and kept.generation == generation and time.time() < kept.due

    def _may_renew(self) -> bool:
        return cache.add(self.lock, True, LOCKED)

    def _first(self) -> Any:
        """Wait for the one who computes, where nothing is kept; do without a cache that is gone."""
        until = time.monotonic() + 2 * LOCKED
        while time.monotonic() < until:
            generation, kept = current(), cache.get(self.key)
            if kept:
                return kept.shelf
            if self._may_renew():
                return self.renew(generation)
            if not cache.get(GENERATION):
                break
            time.sleep(LOOK)
        return self._without_cache()

    def _without_cache(self) -> Any:
        """Compute, one at a time in this process; who came before that began shares it."""
        came = time.monotonic()
        with self._one_at_a_time:
            if self._turn.began < came:
                began = time.monotonic()
                self._turn = Turn(began, self.compute())
            return self._turn.shelf


def current() -> str:
    """Return the generation of now; a lost one is followed by one that never was."""
    return cache.get(GENERATION) or cache.get_or_set(GENERATION, uuid4().hex, None)


def forget() -> None:
    """Begin a new generation when what was changed is there for everybody to see."""
    transaction.on_commit(lambda: cache.set(GENERATION, uuid4().hex, None))
