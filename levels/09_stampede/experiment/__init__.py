"""Level 9: who computes the shelf, whether it is true after an edit, and who waits for it.

What takes turns here takes them because we say so: a gate holds whoever asks the bookkeeping, a
table that is locked holds whoever saves, and of two workers one stands still.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .accidents import Accidents
from .deaths import Deaths
from .edits import Edits
from .looks import PATH, Looks
from .overlaps import Overlaps
from .reading import truth_of
from .storm import Storm
from .waits import Waits

if TYPE_CHECKING:
    from tutor.lab import Lab

WALK = 0.05
"""Seconds the bookkeeping takes here: a gate makes it take as long as we like."""
FLUSHES = (1.5, 3.5)
"""Seconds of the load after which the cache is emptied."""


class Experiment:
    """Visitors who come together, people who edit, and accidents."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.bookkeeping = lab.bookkeeping(walk=WALK)
        self.looks = Looks(lab, self.bookkeeping)
        self.edits = Edits(lab, self.looks)

    def prepare(self) -> None:
        """Open the bookkeeping before anything of the learner's sees its figures."""
        lab = self.lab
        lab.step("opening")
        lab.one_worker = False
        lab.before_migrations(self.bookkeeping.open)

    def check(self) -> None:
        """Let twenty come together, edit in every way, and overlap what should not."""
        lab = self.lab
        lab.step("starting", workers=lab.shop.site.workers)
        lab.shop.full_strength()
        self._must_have_workers()
        lab.step("storming", visitors=Storm.VISITORS)
        Storm(lab, self.looks).play()
        lab.step("editing")
        self.edits.play()
        if self._is_true:
            lab.step("overlapping")
            Overlaps(lab, self.looks, self.edits).play()
            lab.step("renewing")
            Waits(lab, self.looks, self.edits).play()
        if not lab.quick:
            # What the shop keeps of its pages is kept for a minute, as level 3 made it.
            lab.survey(an_hour_later=True)

    def load(self) -> None:
        """Let visitors look at the shelf, and have the cache emptied while they do."""
        lab = self.lab
        lab.step("sending", users=lab.plan.users, seconds=lab.plan.seconds)
        shop, books = lab.shop, self.looks.books
        # Of a shelf that does not notice edits all that is asked is that it is there.
        cards = {}
        if self._is_true:
            # What is kept in a table is not emptied, and somebody has edited just now.
            self.looks.must_be_true()
            cards = truth_of(shop)
        shop.empty_caches()
        before = books.asked
        flushes = list(FLUSHES)
        began = time.monotonic()

        def during() -> None:
            if flushes and time.monotonic() - began > flushes[0]:
                flushes.pop(0)
                shop.empty_caches()

        facts = {"path": PATH, "cards": [[slug, str(c["price"])] for slug, c in cards.items()]}
        total = lab.load(facts=facts, during=during)
        lab.measure("failures", total.failures)
        lab.measure("load_computes", books.asked - before)
        if total.failures:
            lab.find(
                "fails", count=total.failures, example=lab.in_kinds(total.errors, total.failures)
            )

    def settle(self) -> None:
        """Let things go wrong: figures that change, a holder that dies, a cache that is gone."""
        if self._is_true:
            self.lab.step("accidents")
            accidents = Accidents(self.lab, self.looks, self.bookkeeping)
            accidents.turn_figures()
            Deaths(self.lab, self.looks, self.edits).play()
            accidents.kill_cache()

    @property
    def _is_true(self) -> bool:
        """Whether the shelf notices edits; else nothing more can be told."""
        return not self.lab.measures.get("wrong", 1)

    def _must_have_workers(self) -> None:
        """Refuse a shop in which one process does everything, and a bookkeeping that is not."""
        lab = self.lab
        if len(self.looks.workers.pids) < 2:
            lab.foul("one_worker", workers=lab.shop.site.workers)
        if not self.looks.books.are_ours:
            lab.foul("bookkeeping_changed")
