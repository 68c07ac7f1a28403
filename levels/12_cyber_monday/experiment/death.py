"""Whoever computes dies of it: the others may wait for a while, and not for ever."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab

    from .monday import Monday

BEGINS = 3.0
"""Seconds in which a worker is at it."""
ENDS = 30.0
"""Seconds after which nobody may wait for the dead any more."""
PATIENCE = 8.0
"""Seconds a visitor waits."""


class Death:
    """A worker that is killed while it looks up the deals."""

    def __init__(self, lab: Lab, monday: Monday) -> None:
        self._lab = lab
        self._monday = monday

    def play(self) -> None:
        """Kill who computes; refuse a shop in which nobody ever does so again."""
        lab = self._lab
        lab.step("dying")
        if not self._kill():
            return
        killed = time.monotonic()
        passed = lab.let_pass(ENDS)
        if self._is_kept_again():
            return
        # Whatever has a clock that is not ours to turn gets its time.
        passed.take_back()
        left = max(0.0, killed + ENDS - time.monotonic())
        if not lab.wait_until(self._is_kept_again, timeout=left, every=1.0):
            lab.foul("lock_forever", seconds=round(ENDS))

    def _kill(self) -> bool:
        """Kill a worker while it computes; return whether one did."""
        lab, monday = self._lab, self._monday
        holder = monday.workers.pids[-1]
        lab.shop.empty_caches()
        callers = lab.callers(patience=PATIENCE)
        with lab.locked_table("catalog_product").locked() as table:
            with monday.workers.only(holder):
                callers.come(monday.PATH)
                is_held = lab.wait_until(lambda: table.held > 0, timeout=lab.patience(BEGINS))
            if is_held:
                monday.workers.kill(holder)
        callers.wait()
        return bool(is_held)

    def _is_kept_again(self) -> bool:
        """Return whether the deals are shown, and found for the next visitor as well.

        Patience alone does not tell: who tires of waiting for a lock looks for herself, each time.
        """
        lab, monday = self._lab, self._monday
        if self._visit():
            return False
        with lab.counting(lab.shop, *monday.copies) as log:
            problem = self._visit()
        return not problem and not lab.asked_for_products(log.texts)

    def _visit(self) -> str:
        """Return what kept a stranger from seeing the page; nothing where she sees it."""
        callers = self._lab.callers(patience=PATIENCE)
        callers.come(self._monday.PATH)
        return callers.wait()[0].problem
