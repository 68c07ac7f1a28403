"""What goes wrong in the night: the holder of a lock dies, the cache dies, the figures change."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .looks import PATH
from .reading import difference, truth_of

if TYPE_CHECKING:
    from tutor.lab import Bookkeeping, Lab

    from .looks import Looks

CACHE = "memcached"
BEGINS = 5.0
"""Seconds in which a visitor has begun to compute."""
PATIENCE = 6.0
"""Seconds a visitor waits for a shelf that somebody who died was to bring."""
HALF_A_MINUTE = 31.0
LOCK_ENDS = 40.0
"""Seconds after which a lock whose end no cache knows counts as one without."""
VISITORS = 10
GATHER = 1.0
"""Seconds in which everybody who was going to compute has begun."""
STALE = 62.0
"""Seconds for which figures may be shown that are others by now."""


class Accidents:
    """What no visitor does, and what happens all the same."""

    def __init__(self, lab: Lab, looks: Looks, bookkeeping: Bookkeeping) -> None:
        self._lab = lab
        self._looks = looks
        self._bookkeeping = bookkeeping

    def play(self) -> None:
        """Let them happen, the one after the other."""
        self._turn_figures()
        self._kill_holder()
        self._kill_cache()

    def _turn_figures(self) -> None:
        """Have other things sell best; refuse a shelf that was copied once and for all."""
        lab, shop = self._lab, self._lab.shop
        self._bookkeeping.turn(shop)
        shop.empty_caches()
        seen = self._looks.must_be_true()
        if seen.wrong and not seen.is_late:
            lab.step("waiting_a_minute")
            seen = self._looks.must_be_true(soon=STALE)
        if seen.wrong and not seen.is_late:
            lab.foul("figures_old", **seen.first.values)

    def _kill_holder(self) -> None:
        """Kill the worker that computes, half-way; somebody else has to, half a minute later."""
        lab, looks = self._lab, self._looks
        workers = looks.workers
        holder, other = workers.pids[:2]
        lab.shop.empty_caches()
        callers = lab.callers(patience=PATIENCE)
        with looks.books.holding(1):
            with workers.only(holder):
                callers.come(PATH)
                lab.wait_until(lambda: looks.books.held or not callers.waiting, timeout=BEGINS)
            if looks.books.held:
                workers.kill(holder)
        callers.wait()
        lab.shop.age_caches(HALF_A_MINUTE)
        stuck = self._without_shelf(other)
        lab.measure("stuck", stuck)
        if not stuck:
            return
        lab.shop.age_caches(3600)
        if lab.wait_until(lambda: not self._without_shelf(other), timeout=LOCK_ENDS):
            lab.find("lock_long")
        else:
            lab.foul("lock_forever")

    def _without_shelf(self, worker: int) -> int:
        """Return how many of two who ask *worker* are not shown the shelf."""
        lab = self._lab
        callers = lab.callers(patience=PATIENCE)
        with self._looks.workers.only(worker):
            callers.come(PATH, 2)
            answers = callers.wait()
        truth = truth_of(lab.shop)
        return sum(
            bool(one.problem) or difference(lab, one.text, truth) is not None for one in answers
        )

    def _kill_cache(self) -> None:
        """Kill the cache: the shelf must come, and not be computed by everybody at once."""
        lab, shop, books = self._lab, self._lab.shop, self._looks.books
        if CACHE not in shop.services:
            lab.measure("dead_failures", 0)
            lab.measure("dead_computes", 0)
            return
        callers = lab.callers(patience=2 * PATIENCE)
        with books.holding():
            shop.kill(CACHE)
            callers.come(PATH, VISITORS)
            lab.wait_until(lambda: not callers.waiting, timeout=GATHER)
            computes = books.held
        answers = callers.wait()
        shop.restart_service(CACHE)
        failed = [one.problem for one in answers if one.problem]
        lab.measure("dead_failures", len(failed))
        lab.measure("dead_computes", computes)
        if failed:
            example = lab.in_kinds(Counter(failed))
            lab.find("cache_missed", count=len(failed), visitors=VISITORS, example=example)
        self._looks.must_be_one_of((a for a in answers if not a.problem), truth_of(shop))
        if not failed and computes > max(lab.bounds("dead_computes")):
            lab.find("all_without_cache", computes=computes, visitors=VISITORS)
