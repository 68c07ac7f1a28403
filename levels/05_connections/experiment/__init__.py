"""Level 5: how many connections does the shop ask for, and does every visitor get an answer?

PostgreSQL has 20 slots here. The warehouse's answers change with each run, so the only way to show
the right ones is to ask, and asking takes a moment with a connection in hand.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .alone import Alone
from .book import STALE
from .newsletter import Newsletter
from .readers import READERS, TOGETHER, Readers
from .report import Report
from .stocking import WALK, stock_up

if TYPE_CHECKING:
    from tutor.lab import Lab

CROWDS = 3
"""How often they come as long as all goes well: a busy machine keeps a crowd from being one.

A quick check does without the third where the second needed no more connections than the first, and
no more than gold has: a shop that opens them as it likes has opened more by then.
"""

SLOWLY = 0.8
"""Seconds the warehouse takes over a question where some come while it is on its way for others."""


class Experiment:
    """One visitor alone, then all at once, then all the readers of a newsletter."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.warehouse = lab.warehouse(walk=WALK)
        self.reference_wait = 0.0
        """Seconds the crowd waits at the shop of the reference answer; 0 where nobody looked."""
        self.crowd_problems: Counter[str] = Counter()
        """What was wrong with how many answers when the crowd had come."""

    def prepare(self) -> None:
        """Fill the warehouse's book before anything of the learner's sees it."""
        lab = self.lab
        lab.step("stocking")
        # What is measured is the sum over all workers.
        lab.one_worker = False
        stock_up(lab, self.warehouse)

    def check(self) -> None:
        """Ask alone, buy something, then all at once."""
        lab = self.lab
        if not lab.quick:
            self._time_reference()
        lab.step("starting", workers=lab.shop.site.workers)
        lab.shop.full_strength()
        lab.step("asking")
        alone = Alone(lab, self.warehouse)
        alone.check_limits()
        alone.ask_and_buy()
        if not lab.quick:
            # What the shop keeps is kept for a minute, as level 3 made it.
            lab.survey(an_hour_later=True)
        lab.step("crowding", readers=READERS)
        self._crowd()

    def load(self) -> None:
        """Send the newsletter."""
        Newsletter(self.lab, self.warehouse).send(self.crowd_problems)

    def settle(self) -> None:
        """Ask and buy once more: the shop must still be right after the crowd."""
        lab = self.lab
        lab.step("asking_again")
        alone = Alone(lab, self.warehouse)
        alone.check_limits()
        if not lab.measures.get("failures", 1):
            alone.ask_and_buy()

    def _time_reference(self) -> None:
        """Have the crowd come to the shop of the reference answer, which is put away again.

        Both at once would ask PostgreSQL for more connections than there are.
        """
        lab, shop = self.lab, self.lab.healthy
        lab.step("reference")
        shop.full_strength()
        with lab.backends(shop) as watch:
            readers = Readers(lab, shop, self.warehouse, watch)
            for _ in range(2):
                readers.come()
                if readers.are_late:
                    break
        lab.put_away(shop)
        if readers.are_late:
            lab.too_noisy("wait_ratio", late_ms=round(TOGETHER * 1000))
        else:
            self.reference_wait = round(max(readers.waits), 2)
            lab.measure("reference_wait", self.reference_wait)

    def _crowd(self) -> None:
        """Have the crowd come again and again, and say what became of it."""
        lab, shop = self.lab, self.lab.shop
        with shop.counting() as log, lab.backends(measure="peak") as watch:
            readers = Readers(lab, shop, self.warehouse, watch)
            before = -1
            readers.stroll()
            for _ in range(CROWDS):
                readers.come()
                if readers.are_late:
                    break
                is_clear = readers.were_one and watch.peak == before <= min(lab.bounds("peak"))
                if readers.problems or (lab.quick and is_clear):
                    break
                before = watch.peak
        if readers.are_late:
            lab.too_noisy("failures", late_ms=round(TOGETHER * 1000))
            return
        self.crowd_problems = +readers.problems
        Report(lab, watch, log).tell(self.crowd_problems, readers.right)
        if self.reference_wait and not readers.problems:
            self._compare_waits(min(readers.waits))
        if not (lab.quick or readers.problems):
            self._come_late()

    def _come_late(self) -> None:
        """Refuse a shop that tells who comes late what the warehouse said to others before."""
        lab = self.lab
        with lab.backends() as watch, self.warehouse.walking(watch.ask, SLOWLY):
            readers = Readers(lab, lab.shop, self.warehouse, watch)
            readers.come_late()
        if stale := readers.problems[STALE]:
            lab.foul("stale_under_load", count=stale)

    def _compare_waits(self, wait: float) -> None:
        """Say how long the crowd waited, in units of what it waits at the reference's shop."""
        lab = self.lab
        lab.measure("wait_ratio", round(wait / self.reference_wait, 2))
        if lab.measures["wait_ratio"] > min(lab.bounds("wait_ratio")):
            lab.find("slow", mine=round(wait, 1), reference=self.reference_wait)
