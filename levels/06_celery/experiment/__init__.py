"""Level 6: does the checkout answer before the work is done, and is all of it done exactly once?

Nothing here knows how the learner's tasks are called or cut. The post office is stopped, the bank
and the tax office keep silent for as long as we like (they are triggers in the shop's database,
ours during a run), workers and checkouts are killed, messages are delivered again. Then mails and
invoices are counted, and compared with what bank, tax office and warehouse wrote down.
"""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING

from .answer import AnswerFirst
from .bank import Bank
from .count import Count
from .crashes import Crashes
from .feed import Feed
from .quiet_day import QuietDay
from .sales import SOON, Sales
from .together import sell_to_two
from .twice import Twice

if TYPE_CHECKING:
    from tutor.lab import Lab, Paper
    from tutor.probes.broker import PublishMonitor

NEEDED = ("mail", "redis")
"""Services whose work is counted."""
RESTOCKED = "UPDATE catalog_stock SET quantity = 500 + floor(random() * 500)"
BROKE = 40
"""Buyers under load who may turn out to have no money."""


class Experiment:
    """In which order things go wrong; what was bought meanwhile is counted in the end."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    @cached_property
    def paper(self) -> Paper:
        """Who bought something in this run, and what they are owed."""
        return self.lab.paper()

    @cached_property
    def sales(self) -> Sales:
        """What is bought, by whom, and for how much."""
        return Sales(self.lab, self.paper)

    def check(self) -> None:
        """See who waits for whom; in a full run, kill and repeat."""
        lab, shop = self.lab, self.lab.shop
        for needed in NEEDED:
            if needed not in shop.services:
                lab.foul("service_gone", service=needed)
        shop.sql(RESTOCKED)
        self.paper.refuse_empty_seats()
        with shop.broker.watch() as wire:
            if not self._is_a_good_day(wire):
                return
            if lab.quick or lab.measures["too_early"]:
                Count(lab, self.sales).count_work_for_nothing()
                return
            self._kill_and_repeat(wire.messages[: wire.count()])
        self._survey()

    def load(self) -> None:
        """Send in buyers; one in eight has no money."""
        lab, sales = self.lab, self.sales
        if lab.measures.get("held_up") != 0:
            return
        sell_to_two(lab, sales)
        broke = [sales.paper.email("broke") for _ in range(BROKE)]
        for email in broke:
            sales.refuse(email)
        lab.step("loading", users=lab.level.load.users, seconds=lab.level.load.seconds)
        facts = {"slugs": sales.slugs, "broke": broke, "token": self.paper.token}
        total = lab.load(facts=facts)
        if total.failures:
            example = lab.in_kinds(total.errors, total.failures)
            lab.foul("wrong_under_load", count=total.failures, example=example)
        query = "SELECT email FROM orders_order WHERE email LIKE %s"
        bought = lab.shop.sql(query, [f"load-{self.paper.token}%"])
        self.paper.owe("load", [email for (email,) in bought])
        thanked = round(total.extra.get("orders", 0))
        if thanked > len(bought):
            lab.foul("orders_not_written", thanked=thanked, count=thanked - len(bought))

    def settle(self) -> None:
        """Count every mail and every invoice of the run; look at what is left."""
        lab, orders = self.lab, self.paper.orders
        if lab.measures.get("held_up") != 0:
            return
        lab.step("counting")
        orders.settled(self.paper.everybody())
        self.paper.hear_the_outsiders()
        Feed(lab, self.sales).buy_twice_more()
        Count(lab, self.sales).take()
        orders.settled([])
        self.paper.check_the_shelves(within=SOON)
        self.paper.measure_left()
        if orders.ran_out:
            # Jobs were still being done, and there was no end to it.
            lab.too_noisy("lost", seconds=round(time.monotonic() - self.sales.began))
        self._look_for_flower()

    def _is_a_good_day(self, wire: PublishMonitor) -> bool:
        """Return whether the checkout answers first, on a day on which nobody dies."""
        bank = Bank(self.lab, self.sales, wire)
        day = QuietDay(self.lab, self.sales, bank)
        if not AnswerFirst(self.lab, self.sales, day).take():
            return False
        day.look_back()
        bank.take()
        bank.sell_out()
        return True

    def _kill_and_repeat(self, first: list[tuple[str, bytes]]) -> None:
        """Kill whoever is at work, and deliver messages, the *first* ones too, a second time."""
        crashes, twice = Crashes(self.lab, self.sales), Twice(self.lab, self.sales)
        crashes.kill_checkouts()
        twice.take_too_long()
        crashes.kill_children()
        crashes.turn_mails_away()
        crashes.kill_workers()
        twice.deliver_again(first)
        self.lab.step("stamping")
        self.paper.measure_stuck(self.sales.buy)

    def _survey(self) -> None:
        """Open every page; what is kept may be old for an hour, and no longer."""
        self.lab.survey(an_hour_later=True)
        # Staff hid products, filled shelves and changed prices.
        self.paper.count_the_shelves_anew()
        self.sales.choose()

    def _look_for_flower(self) -> None:
        """Note whether anybody watches the workers."""
        if "flower" not in self.lab.shop.services:
            self.lab.find("no_flower")
