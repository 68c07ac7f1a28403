"""Two buyers of one thing, at the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .sales import ANSWER, SOON

if TYPE_CHECKING:
    from tutor.lab import Lab

    from .sales import Purchase, Sales


def sell_to_two(lab: Lab, sales: Sales) -> None:
    """Have two buy the same thing at once; the shelf must be right after both."""
    lab.step("two_buyers")
    # Both at once need two who answer.
    lab.shop.full_strength()
    purchase = sales.purchase("two")
    attempts = [sales.attempt(one) for one in (purchase, _alike(sales, purchase))]
    first, second = (attempt.checkout for attempt in attempts)
    sales.paper.sell_to_two(first, second, patience=ANSWER)
    for attempt in attempts:
        sales.attempted("two", attempt)
    sales.orders.settled(sales.paper.groups["two"])
    sales.paper.check_the_shelves(within=SOON)


def _alike(sales: Sales, purchase: Purchase) -> Purchase:
    """Return somebody else who wants the same."""
    return purchase._replace(email=sales.paper.email("two"))
