"""A day on which nobody dies: what was ordered gets its mail and its invoice, the right ones."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .compare import refuse_wrong, text_of
from .feed import Feed
from .sales import INVOICE, MAIL

if TYPE_CHECKING:
    from tutor.lab import Lab, Order

    from .bank import Bank
    from .sales import Sales

STAMP = 1.2
"""Seconds that a stamp takes, as the briefing says; the post office takes as long, once."""
CUSTOMER = "gina"


class QuietDay:
    """The first buyers of a run: what they bought, and what became of it."""

    def __init__(self, lab: Lab, sales: Sales, bank: Bank) -> None:
        self._lab = lab
        self._sales = sales
        self._orders = sales.orders
        self._bank = bank

    def go_shopping(self) -> None:
        """Buy as people do, while the post office is as slow as it may be."""
        lab, sales = self._lab, self._sales
        lab.step("ordinary")
        stands = bool(self._orders.workers) and self._orders.wait_for_post()
        since = time.monotonic()
        several = sales.purchase("first", lines=2)
        # Who is called the same, and who has nearly the same address, is somebody else.
        namesake = sales.purchase("first", email=several.email.replace("first", "First"))
        again = sales.purchase("first", email=several.email, name=several.name)
        customer = sales.purchase("first", user=CUSTOMER)
        stranger, known = sales.buyer(), sales.buyer(CUSTOMER)
        for purchase in (several, namesake, again):
            sales.pages[sales.get("first", purchase, stranger)] = purchase
        sales.get("first", customer, known)
        if stands:
            lab.cancel.wait(max(0.0, since + STAMP - time.monotonic()))

    def look_back(self) -> None:
        """See that what was ordered gets its mail and its invoice, once, and the right ones."""
        lab, sales = self._lab, self._sales
        emails = sales.paper.groups["first"]
        self._orders.settled(emails)
        sales.paper.hear_the_outsiders()
        orders = self._orders.every(emails)
        self._explain_what_is_missing(emails, orders)
        refuse_wrong(lab, sales, orders)
        self._look_up()
        first = next(p for p in sales.purchases.values() if p.email == emails[-1])
        Feed(lab, sales).read(first.lines[0][0])
        unserved = [order for order in orders if set(order.counts.values()) != {1}]
        lab.measure("unserved", len(unserved))

    def _look_up(self) -> None:
        """Open the pages of orders and their invoices, as whoever knows the address can."""
        lab, sales = self._lab, self._sales
        visitor = lab.shop.visitor()
        for path, purchase in sales.pages.items():
            page = visitor.get(path)
            number = next(n for n, known in sales.purchases.items() if known is purchase)
            if page.status != 200 or number not in page.text:
                lab.foul("shop_broken", what=f"/order/: {page.status}, {number}")
            paper = visitor.get(f"{path}invoice.pdf")
            if paper.status != 200 or number not in text_of(paper.body):
                lab.foul("shop_broken", what=f"/order/…/invoice.pdf: {paper.status}, {number}")
        visitor.close()

    def _explain_what_is_missing(self, emails: list[str], orders: list[Order]) -> None:
        """Refuse a shop whose orders do not get what they are owed even on a quiet day."""
        lab, sales = self._lab, self._sales
        sales.paper.refuse_unwritten(emails, orders)
        waiting = sales.broker.waiting()
        if not self._orders.workers:
            refuse_work_without_workers(lab, orders)
            lab.foul("no_worker", count=sum(waiting.values()))
        without = [order for order in orders if not order.is_done]
        if not without:
            return
        if waiting and not sales.broker.taken():
            lab.foul("nobody_takes", count=sum(waiting.values()), queues=sales.paper.queues())
        self._explain(without[0], emails, orders)

    def _explain(self, order: Order, emails: list[str], orders: list[Order]) -> None:
        """Refuse a shop in which somebody took the job for *order*, and did not do it."""
        lab = self._lab
        job = MAIL if not order.mails else INVOICE
        error = self._orders.last_error()
        slow = next((o for o in orders if o.email == emails[-1]), order)
        if job == INVOICE and not slow.invoices and any(o.invoices for o in orders):
            # It is missing where the stamp took as long as it does: whoever waited for it gave up.
            lab.foul("impatient", number=slow.number, seconds=STAMP, error=error)
        if self._bank.published_by(self._sales.purchase("early")):
            lab.find("published_early")
            lab.foul("read_before_commit", number=order.number, job=job, error=error)
        lab.foul(f"{job}_missing", number=order.number, error=error)


def refuse_work_without_workers(lab: Lab, orders: list[Order]) -> None:
    """Refuse what was done for *orders* while no worker was running."""
    for order in orders:
        for job, count in order.counts.items():
            if count:
                lab.foul("without_worker", number=order.number, job=job)
