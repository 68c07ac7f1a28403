"""Silver: nothing before the bank has said yes, and nothing where it said no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .sales import ANSWER, INVOICE, MAIL

if TYPE_CHECKING:
    from tutor.lab import Footprint, Lab
    from tutor.probes.broker import PublishMonitor

    from .sales import Attempt, Purchase, Sales

EARLY = 1.5
"""Seconds for which a message that came too early is given the time to do harm."""
ON_THE_SHELF = """
UPDATE catalog_stock SET quantity = %s
 WHERE product_id = (SELECT id FROM catalog_product WHERE slug = %s)
"""


class Bank:
    """The bank's answer held back: until it comes, nobody may hear of the order."""

    def __init__(self, lab: Lab, sales: Sales, wire: PublishMonitor) -> None:
        self._lab = lab
        self._sales = sales
        self._orders = sales.orders
        self._wire = wire

    def take(self) -> None:
        """Have the bank think about somebody with money, and about somebody without."""
        lab, sales = self._lab, self._sales
        lab.step("bank")
        purchase, broke = sales.purchase("slow", lines=2), sales.purchase("broke", lines=2)
        sales.refuse(broke.email)
        attempt = sales.attempt(purchase)
        published = self._hold(attempt)
        sales.attempted("slow", attempt)
        is_done = self._orders.settled(sales.paper.groups["slow"])
        is_early = bool(published)
        if published and is_done:
            is_early = not self._talks_anyway(published)
        footprint = self._orders.footprint()
        refused = sales.attempt(broke)
        published_too = self._hold(refused)
        # Whoever talks all the time says nothing about this order.
        early = is_early + (bool(published_too) and (is_early or not published))
        if early:
            lab.find("published_early")
        lab.measure("too_early", early)
        self._refuse_traces(refused, footprint)
        if not is_done:
            self._refuse_unserved(purchase, is_early=bool(published))

    def published_by(self, purchase: Purchase) -> int:
        """Return how many messages are published while the bank thinks about *purchase*."""
        return self._hold(self._sales.attempt(purchase))

    def sell_out(self) -> None:
        """Have one of two things be gone at the last moment: then nothing at all is sold."""
        lab, sales, shop = self._lab, self._sales, self._lab.shop
        purchase, buyer = sales.purchase("gone", lines=2), sales.buyer()
        buyer.fill(purchase.lines)
        slug, _ = purchase.lines[-1]
        quantity = self._orders.footprint().shelves[slug]
        shop.sql(ON_THE_SHELF, [0, slug])
        before = self._orders.footprint()
        _, location = buyer.check_out(purchase)
        if "/order/" in location:
            lab.foul("oversold", slug=slug)
        if what := sales.traces(before):
            lab.foul("half_an_order", what=what)
        shop.sql(ON_THE_SHELF, [quantity, slug])

    def _hold(self, attempt: Attempt) -> int:
        """Have *attempt* wait for the bank; return how much was published meanwhile."""
        patience = 3 * ANSWER
        held = self._sales.paper.hold_at_the_bank(
            attempt.checkout, self._wire, patience=patience, early=EARLY
        )
        if not held.came:
            self._lab.too_noisy("too_early", seconds=patience)
        return held.published

    def _talks_anyway(self, published: int) -> bool:
        """Return whether as much is published while nobody buys, by who looks by the clock."""
        before = self._wire.count()
        self._lab.cancel.wait(EARLY)
        alone = self._wire.count() - before
        return bool(alone) and published <= alone + 1

    def _refuse_traces(self, refused: Attempt, before: Footprint) -> None:
        """Refuse what a checkout that the bank said no to left behind."""
        lab, email = self._lab, refused.purchase.email
        if self._orders.of([email]):
            lab.foul("bank_ignored", email=email)
        if what := self._sales.traces(before):
            lab.foul("refusal_leaves_traces", what=what)
        if not refused.buyer.has(refused.purchase.lines):
            lab.foul("cart_lost")

    def _refuse_unserved(self, purchase: Purchase, *, is_early: bool) -> None:
        """Refuse a shop that did not do the work for an order about which the bank thought.

        Only a message that was out before the bank had said yes can have been read too soon.
        """
        order = self._orders.every([purchase.email])[0]
        job = MAIL if not order.mails else INVOICE
        error = self._orders.last_error()
        if is_early:
            self._lab.foul("read_before_commit", number=order.number, job=job, error=error)
        self._lab.foul(f"{job}_missing", number=order.number, error=error)
