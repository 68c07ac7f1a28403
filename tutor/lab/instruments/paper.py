"""The paper of a shop: what its orders are owed, a mail and an invoice, and what they got.

Who ordered in which trial is noted; then mails and invoices are counted, and compared with what
bank, tax office and warehouse wrote down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tutor.lab.instruments.checkout import Answer, Checkout, is_served

if TYPE_CHECKING:
    from tutor.lab.instruments.context import Context
    from tutor.lab.instruments.orders import Order
    from tutor.lab.instruments.outsiders import Door
    from tutor.probes.broker import PublishMonitor


class Held(NamedTuple):
    """How it went while the bank thought about a checkout."""

    came: bool
    """Whether the checkout came to the bank, or was through without having come by."""
    published: int
    """How many messages were published meanwhile."""


class Paper:
    """The orders of the shop under test, and by trial the buyers who are owed their paper."""

    def __init__(self, lab: Context) -> None:
        self.orders = lab.orders()
        self.token = lab.token().lower()
        """In every address of a buyer of this run."""
        self.groups: dict[str, list[str]] = {}
        """Who ordered something in which trial, by e-mail address; who did so twice, twice."""
        self._lab = lab
        self._addresses = 0

    # -- buyers ------------------------------------------------------------------------------------

    def email(self, group: str) -> str:
        """Return an address nobody had before."""
        self._addresses += 1
        return f"{group}-{self.token}-{self._addresses}@palace.example"

    def checkout(self, email: str, press: Callable[[], Answer], *, patience: float) -> Checkout:
        """Return somebody who has *press* done in a thread, and waits *patience* seconds for it."""
        return Checkout(self._lab, email, press, patience=patience)

    def note(self, group: str, email: str, answer: Answer) -> None:
        """Note who bought something; refuse an *answer* that did not lead to an order."""
        if not is_served(answer):
            status, location = answer
            self._lab.foul("checkout_fails", status=status, location=location or "–")
        self.owe(group, [email])

    def owe(self, group: str, emails: Iterable[str]) -> None:
        """Note that all *emails* are owed their paper."""
        self.groups.setdefault(group, []).extend(emails)

    def everybody(self) -> list[str]:
        """Return everybody who bought something, as often as they did."""
        return [email for emails in self.groups.values() for email in emails]

    # -- those outside -----------------------------------------------------------------------------

    def refuse_empty_seats(self) -> None:
        """Refuse a shop in which bank and tax office could not take their seats."""
        if error := self.orders.outsiders.shut_out:
            self._lab.foul("outsiders_shut_out", error=error)

    def hear_the_outsiders(self) -> None:
        """Compare what bank and tax office wrote down with what the shop stored."""
        lab, outsiders = self._lab, self.orders.outsiders
        if off := outsiders.switched_off():
            lab.foul("outsider_switched_off", who=", ".join(off))
        if numbers := outsiders.unknown_to_the_bank():
            lab.foul("bank_not_asked", number=numbers[0], count=len(numbers))
        if numbers := outsiders.not_stamped():
            lab.foul("not_stamped", number=numbers[0], count=len(numbers))

    def check_the_shelves(self, *, within: float = 0.0) -> None:
        """Refuse shelves that do not hold what all the orders left on them.

        Where somebody may be buying between two looks, they must be right *within* so many seconds.
        """
        wrong: list[tuple[str, int, int]] = []

        def are_right() -> bool:
            nonlocal wrong
            wrong = self.orders.outsiders.wrong_shelves()
            return not wrong

        if not self._lab.wait_until(are_right, timeout=within, every=0.2):
            slug, expected, quantity = wrong[0]
            count = len(wrong)
            self._lab.foul(
                "shelf_wrong", slug=slug, expected=expected, quantity=quantity, count=count
            )

    def count_the_shelves_anew(self) -> None:
        """Have the warehouse count once all is done: staff hid products and filled shelves."""
        self.orders.settled([])
        self.orders.outsiders.count_live_products()

    # -- held back ---------------------------------------------------------------------------------

    def wait_at(self, door: Door, checkout: Checkout, *, patience: float) -> bool:
        """Wait until *checkout* stands at *door*, or is through without having come by."""
        return self._lab.wait_until(
            lambda: door.waiting() or not checkout.is_alive(), timeout=patience
        )

    def hold_at_the_bank(
        self, checkout: Checkout, wire: PublishMonitor, *, patience: float, early: float
    ) -> Held:
        """Have *checkout* wait for the bank's answer; refuse one that does not wait for it.

        A message that was published too early is given *early* seconds to do harm: whoever looks
        for the order now must have looked before it is there.
        """
        bank, before = self.orders.bank, wire.count()
        with bank.shut():
            checkout.start()
            came = self.wait_at(bank, checkout, patience=patience)
            if checkout.status:
                self._lab.foul("answered_too_soon")
            published = wire.count() - before
            if published:
                self._lab.wait_until(lambda: not self.orders.broker.left(), timeout=early)
        checkout.finish()
        return Held(came, published)

    def sell_to_two(self, first: Checkout, second: Checkout, *, patience: float) -> None:
        """Have *second* buy what *first* buys, while the bank still thinks about *first*.

        By then both have looked at the shelf, or the second waits for it. It must be right after
        both.
        """
        with self.orders.bank.shut():
            first.start()
            self.wait_at(self.orders.bank, first, patience=patience)
            second.start()
            self._lab.wait_until(
                lambda: self.orders.waiting_for_locks() > 1 or not second.is_alive(),
                timeout=patience,
            )
        for checkout in (first, second):
            checkout.finish()

    def measure_stuck(self, buy: Callable[[str, int], None]) -> None:
        """Close the tax office alone: whatever waits there, mails must go out.

        *buy* has as many buy as it is told, noted as the group it is given.
        """
        buyers = 2 * self.orders.slots() + 3
        with self.orders.tax_office.shut():
            buy("mails", buyers)
            patience = self.orders.patience()
            while (stuck := self._stuck("mails")) and not patience.is_over(stuck, left=0):
                self._lab.cancel.wait(0.05)
        self._lab.measure("stuck", stuck)
        if stuck:
            self._lab.find("mails_stuck", count=stuck, buyers=buyers)
        self.orders.settled(self.groups["mails"])

    def _stuck(self, group: str) -> int:
        """Return how many of *group* have no mail, although nobody holds theirs back."""
        emails = self.groups[group]
        mailed = sum(bool(order.mails) for order in self.orders.every(emails))
        # An order whose own invoice is at the tax office may wait for it.
        return max(0, len(emails) - mailed - len(self.orders.tax_office.waiting()))

    # -- counting ----------------------------------------------------------------------------------

    def refuse_unwritten(self, emails: Sequence[str], orders: Sequence[Order]) -> None:
        """Refuse a shop that has fewer *orders* than *emails* were told of."""
        if len(orders) < len(emails):
            there = {order.email for order in orders}
            email = next((email for email in emails if email not in there), emails[0])
            self._lab.foul("order_not_written", email=email)

    @staticmethod
    def miscounts(orders: Iterable[Order]) -> Iterator[tuple[Order, str, int]]:
        """Yield what there is not exactly one of: the order, ``mail`` or ``invoice``, how many."""
        for order in orders:
            for job, count in order.counts.items():
                if count != 1:
                    yield order, job, count

    def measure_left(self) -> None:
        """Count the messages that nobody is done with."""
        broker = self.orders.broker
        left = broker.left()
        self._lab.measure("left", left)
        if left:
            self._lab.find("left_over", count=left, queues=self.queues())

    def queues(self) -> str:
        """Return the names of the queues in which something waits, for a sentence."""
        return ", ".join(sorted(self.orders.broker.waiting())) or "–"
