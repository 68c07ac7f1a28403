"""Shoppers, all at once, while the copy stands still every other second."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab

    from .reads import Reads

STILL = 1.0
"""Seconds for which the copy stands still, and then follows again."""


class Crowd:
    """The load of the level: who buys and who looks share workers and threads."""

    def __init__(self, lab: Lab, reads: Reads) -> None:
        self._lab = lab
        self._copies = reads.copies
        self._still = ExitStack()
        self._is_still = False
        self._turn_at = 0.0
        # The shelves as they are: the office renamed a product.
        self._products = lab.live_products()

    def come(self) -> None:
        """Let them come, and count who did not see what she had done."""
        lab, plan = self._lab, self._lab.level.load
        lab.step("loading", users=plan.users, seconds=plan.seconds)
        facts = {
            "shelves": {path: self._products.names(path) for path in self._products.by_path},
            "slugs": list(self._products.all),
            "token": lab.token(),
        }
        with self._still:
            total = lab.load(facts=facts, during=self._turn)
        lab.measure("lost_in_crowd", total.failures)
        if total.failures:
            example = lab.in_kinds(total.errors, total.failures)
            lab.find("lost_in_crowd", count=total.failures, example=example)

    def _turn(self) -> None:
        if time.monotonic() < self._turn_at:
            return
        self._turn_at = time.monotonic() + STILL
        self._is_still = not self._is_still
        if self._is_still:
            self._still.enter_context(self._copies.paused())
        else:
            self._still.close()
