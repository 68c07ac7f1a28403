"""Level 8: is the catalogue read on the copy, and does nobody notice that it is one?

Nothing here waits for a copy to be late: it is told to stand still, so it stays as old as it is for
as long as we like. Who writes must see what she wrote, whoever looks may see the shop as it was.
Then the copy is ended, brought back, and replaced by a door behind which nobody ever answers. Which
server was asked is read in each server's own log, how often a silent one was tried is counted at
that door.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .crowd import Crowd
from .office import Office
from .outage import Outage
from .reads import Reads
from .scenes import Scenes

if TYPE_CHECKING:
    from tutor.lab import Lab

FEW = 40
"""Products that are enough to fill shelves."""


class Experiment:
    """In which order the copy is taken away, and what visitors notice of it."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    @cached_property
    def reads(self) -> Reads:
        """Which server the pages of strangers are read from."""
        return Reads(self.lab)

    @cached_property
    def outage(self) -> Outage:
        """What becomes of pages while the copy is late, dead or silent."""
        return Outage(self.lab, self.reads)

    def prepare(self) -> None:
        """Give products names that nobody knows."""
        lab = self.lab
        lab.step("renaming")
        lab.start_celery_later()
        token = lab.token()
        lab.before_migrations(lambda shop: lab.rename_products(shop, token, FEW))

    def check(self) -> None:
        """Count who is asked; have people write while the copy stands still; end the copy."""
        lab = self.lab
        if not lab.shop.replicas:
            lab.foul("no_copy")
        if "mail" not in lab.shop.services:
            lab.foul("service_gone", service="mail")
        lab.step("counting")
        self.reads.measure()
        self._write_to_a_copy_that_stands_still()
        if not lab.quick:
            lab.step("silencing")
            self.outage.fall_silent()
        if not lab.measures.get("failures"):
            lab.step("killing")
            self.outage.die()

    def load(self) -> None:
        """Send in shoppers while the copy stands still every other second."""
        lab = self.lab
        if lab.measures.get("stale") or lab.measures.get("failures"):
            return
        self._ask_another_worker()
        if not lab.measures.get("stale"):
            Crowd(lab, self.reads).come()

    def settle(self) -> None:
        """Open every page."""
        lab = self.lab
        if not lab.measures.get("failures"):
            lab.step("surveying")
            lab.survey(an_hour_later=True)

    def _ask_another_worker(self) -> None:
        """Have a review written by one worker and read by another, while the copy stands still.

        With the crowd it is an accident who answers, and mostly the same one does.
        """
        lab = self.lab
        lab.step("elsewhere")
        lab.shop.full_strength()
        scenes = Scenes(lab)
        self.reads.copies.catch_up()
        with self.reads.copies.paused():
            lab.measure("stale", scenes.read_elsewhere())

    def _write_to_a_copy_that_stands_still(self) -> None:
        lab, reads = self.lab, self.reads
        scenes, office = Scenes(lab), Office(lab)
        with reads.copies.counting() as asked:
            scenes.before()
        reads.tell_what_copies_cannot(asked)
        office.open()
        lab.step("writing")
        with reads.copies.paused():
            with reads.copies.counting() as asked:
                stale = scenes.play()
            reads.tell_what_copies_cannot(asked)
            stale += office.work(scenes.order)
            if not lab.quick:
                stale += scenes.read_on()
            lab.measure("stale", stale)
            if stale:
                reads.tell_of_what_helps_nobody()
            if not lab.quick:
                lab.step("falling_behind")
                self.outage.fall_behind()
        if not lab.quick:
            reads.return_within_reason()
