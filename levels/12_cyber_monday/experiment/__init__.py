"""Level 12: one day of everything the season was about.

First each budget by itself, with switches and counters: who reads whose name, how often the deals
are computed where nothing is kept, what the page says after an edit, also one that db2 has not
heard of, who is asked, and what is left of a page without db2. Then somebody who computes is
killed, the release goes out, with the accountant's report in its way, and then the sale, in which
accidents happen in an order drawn anew: the cache is emptied, db2 falls behind, db2 falls silent.
In the end the shop moves to two servers of its own, db1 dies, and db2 takes its place.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .death import Death
from .deploy import Deploy
from .edits import Edits
from .monday import Monday
from .outage import Outage
from .people import People
from .promotion import Promotion
from .reads import Reads
from .sale import Sale
from .storm import Storm

if TYPE_CHECKING:
    from tutor.lab import Lab

NEEDED = ("memcached", "redis", "mail")
"""Services whose work is part of the day."""


class Experiment:
    """The order of the day."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.monday = Monday(lab)

    @cached_property
    def outage(self) -> Outage:
        """What becomes of pages without db2, and without the cache."""
        return Outage(self.lab, self.monday)

    def prepare(self) -> None:
        """Reduce some products, under names that nobody knows."""
        lab = self.lab
        lab.step("stocking")
        lab.one_worker = False
        lab.start_celery_later()
        lab.before_migrations(self.monday.stock_up)

    def check(self) -> None:
        """Take each budget by itself."""
        lab = self.lab
        self._must_have_services()
        lab.shop.full_strength()
        if len(lab.workers().pids) < 2:
            lab.foul("one_worker", workers=lab.shop.site.workers)
        self.monday.must_be_right()
        lab.shop.await_celery()
        lab.step("reading", people=People.MANY)
        People(lab, self.monday).play()
        lab.step("storming", visitors=Storm.VISITORS)
        Storm(lab, self.monday).play()
        lab.step("editing")
        Edits(lab, self.monday).play()
        lab.step("counting")
        Reads(lab, self.monday).play()
        lab.step("killing")
        self.outage.die()

    def load(self) -> None:
        """Kill who computes, let the release go out, and open the doors."""
        lab = self.lab
        Death(lab, self.monday).play()
        Deploy(lab).play()
        if not lab.measures.get("gone"):
            self.outage.fall_silent()
        Sale(lab, self.monday).open()

    def settle(self) -> None:
        """Take db2 and the cache away at once; open every page; then take db1 away for good."""
        lab = self.lab
        if lab.measures.get("gone") or lab.measures.get("misplaced"):
            return
        lab.step("taking_both")
        self.outage.lose_both()
        lab.step("surveying")
        lab.survey(an_hour_later=True)
        Promotion(lab).play()

    def _must_have_services(self) -> None:
        lab = self.lab
        if not lab.shop.replicas:
            lab.foul("no_copy")
        for needed in NEEDED:
            if needed not in lab.shop.services:
                lab.foul("service_gone", service=needed)
