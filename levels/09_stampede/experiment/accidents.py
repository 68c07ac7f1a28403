"""What goes wrong in the night: the figures change, and the cache dies."""

from __future__ import annotations

import math
import time
from collections import Counter
from typing import TYPE_CHECKING

from .looks import PATH, SOON
from .reading import truth_of

if TYPE_CHECKING:
    from tutor.lab import Bookkeeping, Lab

    from .looks import Looks

CACHES = ("memcached", "redis")
"""Where a shelf may be kept that dies by itself; what is kept in PostgreSQL dies with the shop."""
PATIENCE = 12.0
"""Seconds a visitor waits for a shelf without a cache."""
VISITORS = 10
GATHER = 1.0
"""Seconds in which everybody who was going to compute has begun."""
HALF_A_MINUTE = 30.5
STALE = 62.0
"""Seconds for which figures may be shown that are others by now; the briefing says a minute."""


class Accidents:
    """What no visitor does, and what happens all the same."""

    def __init__(self, lab: Lab, looks: Looks, bookkeeping: Bookkeeping) -> None:
        self._lab = lab
        self._looks = looks
        self._bookkeeping = bookkeeping

    def turn_figures(self) -> None:
        """Have other things sell best, and a minute pass; refuse a shelf that does not notice."""
        lab = self._lab
        self._looks.must_be_true()
        turned = time.monotonic()
        self._bookkeeping.turn(lab.shop)
        halves = [lab.let_pass(HALF_A_MINUTE)]
        # That somebody looks meanwhile makes nothing new.
        self._looks.look()
        halves.append(lab.let_pass(HALF_A_MINUTE))
        if not self._looks.look_until_true(SOON).wrong:
            return
        # Whoever has a clock that is not ours to turn is waited for.
        for half in reversed(halves):
            half.take_back()
        lab.step("waiting_a_minute")
        seen = self._looks.look_until_true(STALE - (time.monotonic() - turned))
        if seen.wrong:
            seconds = round(time.monotonic() - turned)
            lab.foul("figures_old", seconds=seconds, **seen.first.values)

    def kill_cache(self) -> None:
        """Kill the cache: the shelf must come, and not be computed by everybody at once.

        Where that changes nothing the shelf is kept in another one, which dies next.
        """
        lab = self._lab
        failed, computes, cache = Counter[str](), 0, CACHES[0]
        for title in CACHES:
            if title in lab.shop.services and not (failed or computes):
                failed, computes = self._without(cache := title)
        workers = len(self._looks.workers.pids)
        lab.measure("dead_failures", failed.total())
        lab.measure("dead_computes", math.ceil(computes / workers))
        if failed:
            example = lab.in_kinds(failed)
            values = {"cache": cache, "count": failed.total(), "example": example}
            lab.find("cache_missed", visitors=VISITORS, **values)
        elif computes > workers * max(lab.bounds("dead_computes")):
            lab.find("all_without_cache", cache=cache, computes=computes, visitors=VISITORS)

    def _without(self, title: str) -> tuple[Counter[str], int]:
        """Return what visitors get for a page while *title* is dead, and how many compute."""
        lab, shop, books = self._lab, self._lab.shop, self._looks.books
        callers = lab.callers(patience=PATIENCE)
        with books.holding():
            shop.kill(title)
            callers.come(PATH, VISITORS)
            lab.wait_until(lambda: not callers.waiting, timeout=lab.patience(GATHER))
            computes = books.held
        answers = callers.wait()
        shop.restart_service(title)
        self._looks.must_be_one_of((a for a in answers if not a.problem), truth_of(shop))
        return Counter(one.problem for one in answers if one.problem), computes
