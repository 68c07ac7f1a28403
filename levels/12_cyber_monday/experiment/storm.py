"""Twenty who come together when the cache was emptied, ten to each worker."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Callers, Lab, LockedTable

    from .monday import Monday

EACH = 10
PATIENCE = 10.0
"""Seconds a visitor waits."""
INSIDE = 3.0
"""Seconds in which a worker that has a thread for each of them has taken them in."""
STILL = 0.15
"""Seconds without a new question after which everybody has asked who was going to."""
RESTLESS = 1.0
"""Seconds after which that is looked for no longer."""


class Storm:
    """The moment at which the deals are not kept any more."""

    VISITORS = 2 * EACH

    def __init__(self, lab: Lab, monday: Monday) -> None:
        self._lab = lab
        self._monday = monday

    def play(self) -> None:
        """Let them come while nobody may read products, and count how often those are asked for."""
        lab, monday = self._lab, self._monday
        lab.shop.empty_caches()
        callers = lab.callers(patience=PATIENCE)
        pids = monday.workers.pids[:2]
        with ExitStack() as stack:
            servers = [lab.shop, *monday.standbys]
            logs = [stack.enter_context(server.counting()) for server in servers]
            with lab.locked_table("catalog_product").locked() as table:
                for pid in pids:
                    with monday.workers.only(pid):
                        callers.come(monday.PATH, EACH)
                        self._let_them_in(callers, table)
            answers = callers.wait()
        asked = [text for log in logs for text in log.texts if lab.asked_for_products([text])]
        computes = max(Counter(map(lab.shape_of, asked)).values(), default=0)
        lab.measure("computes", computes)
        truth = monday.truth()
        for answer in answers:
            if answer.problem:
                lab.shop.page(monday.PATH)  # says why, if it fails for everybody
                lab.foul("nothing_shown", example=lab.in_kinds({answer.problem: 1}))
            if found := monday.difference(answer.text, truth):
                lab.foul("deals_wrong", **found)
        if 1 < computes <= len(pids):
            lab.find("one_per_worker", workers=len(pids))
        elif computes > 1:
            lab.find("all_compute", computes=computes, visitors=self.VISITORS)

    def _let_them_in(self, callers: Callers, table: LockedTable) -> None:
        """Wait until the worker has them, and until those who want to have asked."""
        lab, workers = self._lab, self._monday.workers
        lab.wait_until(lambda: workers.have_taken(callers.waiting), timeout=INSIDE)
        held = -1
        for _ in range(round(RESTLESS / STILL)):
            if held == (held := table.held) or not callers.waiting:
                break
            lab.cancel.wait(STILL)
