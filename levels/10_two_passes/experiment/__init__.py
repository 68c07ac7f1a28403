"""Level 10: one page for all, everybody's own name in it, and names that are only names.

What a supplier writes is tried for real: products, pictures and searches are called like template
code. What runs is counted and named; what it would have shown is never told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .canaries import Canaries
from .holes import Holes
from .people import People
from .shelves import Shelves

if TYPE_CHECKING:
    from tutor.lab import Lab, Shop

FEW = 40
"""Products that are enough to tell one page from another."""
FLUSH_EVERY = 4
"""Tenths of a second under load after which the cache is empty once more."""


class Experiment:
    """Judges one shop by what it renders, for whom, and as what."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.live: list[int] = []
        """The products that are live on an ordinary day."""
        self.shelves = Shelves(lab)
        self.people = People(lab, self.shelves)

    def prepare(self) -> None:
        """Give products and customers names that nobody knows."""
        self.lab.step("renaming")
        self.lab.start_celery_later()
        token = self.lab.token()

        def rename(shop: Shop) -> None:
            self.live = [key for (key,) in shop.sql("SELECT id FROM catalog_product WHERE is_live")]
            self.lab.rename_products(shop, token, FEW)

        self.lab.before_migrations(rename)

    def check(self) -> None:
        """Let people come, call products like template code, count, buy, and weigh the holes."""
        lab = self.lab
        lab.step("arriving")
        self.shelves.choose()
        self.people.arrive()
        lab.step("naming")
        Canaries(lab, self.shelves, self.people).play()
        lab.step("counting")
        self.shelves.count(self.people.list)
        lab.step("comparing")
        self.people.compare()
        lab.step("buying")
        self.people.buy()
        if not lab.measures["renders"]:
            lab.step("weighing")
            Holes(lab, self.shelves, self.people, self.live).weigh()
        if not (lab.quick or lab.measures["misplaced"] or lab.measures["mixed"]):
            lab.step("surveying")
            lab.survey(an_hour_later=True)

    def load(self) -> None:
        """Send everybody at once, and empty the cache under them again and again."""
        lab = self.lab
        plan = lab.level.load
        lab.step("loading", users=plan.users, seconds=plan.seconds)
        ticks = iter(range(10**9))

        def empty_now_and_then() -> None:
            if next(ticks) % FLUSH_EVERY == 0:
                lab.shop.empty_caches()

        total = lab.load(facts=self.people.facts(), during=empty_now_and_then)
        if total.failures:
            example = lab.in_kinds(total.errors, total.failures)
            lab.find("together", count=total.failures, example=example)

    def settle(self) -> None:
        """What is kept must last."""
        if not self.lab.measures["renders"]:
            self.lab.step("waiting")
            self.lab.cache_contents.must_last(self.shelves.pages[1])
