"""Level 7: every earlier budget measured again, then the sale, and an accident in the midst of it.

The budgets are counted first, each on its own: statements, hits, who sees whose name, orders and
their paper, connections, CPU. Then visitors come in three steps, at rates measured out on this
machine with the reference shop, and something happens that nobody can prevent.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import accountant
from .budget import is_lost
from .connections import Connections, check_limits
from .cpu import Cpu
from .goods import FRONT, Goods
from .hits import Hits
from .incident import INCIDENTS, STRANDS
from .names import Names
from .paperwork import Paperwork
from .sale import Sale
from .statements import Statements
from .stocking import WALK, stock_up

if TYPE_CHECKING:
    from tutor.lab import Lab, Paper

    from .budget import Budget

NEEDED = ("memcached", "redis", "mail")
"""Services whose work is counted."""


class Experiment:
    """The order in which the budgets are taken; each remembers what it needs."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.warehouse = lab.warehouse(walk=WALK)
        self.incident: str = lab.random.choice(INCIDENTS)
        """What will happen in the midst of the sale."""
        self.customers: list[dict[str, Any]] = []
        """Those who are logged in when the sale begins."""

    @cached_property
    def paper(self) -> Paper:
        """Who bought something in this run, and what they are owed."""
        return self.lab.paper()

    @cached_property
    def goods(self) -> Goods:
        """What is bought, and the pages that are looked at."""
        return Goods(self.lab)

    @cached_property
    def paperwork(self) -> Paperwork:
        """The budget of level 6: looked at before the sale, counted after it."""
        return Paperwork(self.lab, self.paper, self.goods)

    def prepare(self) -> None:
        """Give everything names that nobody knows, and fill shelves and reviews."""
        self.lab.step("stocking")
        stock_up(self.lab, self.warehouse)

    def check(self) -> None:
        """Measure every budget of the season once more."""
        lab = self.lab
        for needed in NEEDED:
            if needed not in lab.shop.services:
                lab.foul("service_gone", service=needed)
        accountant.hire(lab.shop)
        check_limits(lab)
        self.paper.refuse_empty_seats()
        for budget in self._first_budgets():
            budget.take()
        if not lab.quick:
            # With one worker each, as long as there is one.
            Cpu(lab, self.paper, self.goods).take()
            self.customers = self._logged_in()
        Connections(lab, self.warehouse).take()
        if not is_lost(lab):
            self._survey()

    def load(self) -> None:
        """Open the doors."""
        if self.lab.measures.get("held_up") == 0:
            if not is_lost(self.lab):
                self.paperwork.sell_to_two()
            Sale(self.lab, self.paper, self.goods, self.customers, self.incident).open()

    def settle(self) -> None:
        """Count what every buyer got, and look at the limits once more."""
        lab = self.lab
        lab.step("counting")
        self.paperwork.count(messages_are_stranded=self.incident in STRANDS)
        self.paper.hear_the_outsiders()
        self.paper.check_the_shelves()
        if self.paper.orders.ran_out:
            # Jobs were still being done, and there was no end to it.
            lab.too_noisy("lost")
        check_limits(lab)
        if not lab.measures.get("refusals"):
            # Where connections are short, whoever asks next may be refused too: that was said
            # already.
            lab.refuse_kept(FRONT)

    def _first_budgets(self) -> list[Budget]:
        """Return what is measured with one worker, in the order of the levels it comes from."""
        lab, goods = self.lab, self.goods
        budgets: list[Budget] = [
            Statements(lab, goods),
            Hits(lab),
            Names(lab, goods),
            self.paperwork,
        ]
        if lab.quick:
            # Whoever mends something wants to know of that first.
            budgets.sort(key=lambda budget: lab.missed.isdisjoint(budget.measures))
        return budgets

    def _logged_in(self) -> list[dict[str, Any]]:
        """Return people who are logged in, for the load generator to play."""
        customers = []
        for user in self.lab.customers.tokens:
            guest = self.lab.customer(user)
            guest.log_in()
            customers.append({"cookies": guest.cookies, "token": guest.token, "name": guest.called})
        return customers

    def _survey(self) -> None:
        """Open every page; what is kept may be old for an hour, and no longer."""
        self.lab.survey(an_hour_later=True)
        # Staff hid products and filled shelves: from here on buyers come to others.
        self.paper.count_the_shelves_anew()
        self.goods.choose()
