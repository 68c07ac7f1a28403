"""The feed, which is made anew after each order: it must say what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab

    from .sales import Sales

QUANTITY = """
SELECT quantity FROM catalog_stock JOIN catalog_product AS product
    ON product.id = product_id WHERE slug = %s
"""


class Feed:
    """What other shops read of ours."""

    def __init__(self, lab: Lab, sales: Sales) -> None:
        self._lab = lab
        self._sales = sales

    def buy_twice_more(self) -> None:
        """Buy twice more, alone: the feed must tell of it."""
        sales = self._sales
        purchase = sales.purchase("feed")
        sales.get("feed", purchase, sales.buyer())
        sales.buy("feed")
        sales.orders.settled(sales.paper.groups["feed"])
        self.read(purchase.lines[0][0])

    def read(self, slug: str) -> None:
        """Refuse a feed that does not come to say how many pieces of *slug* are left."""
        lab, broker = self._lab, self._sales.broker
        quantity = lab.shop.sql(QUANTITY, [slug])[0][0]
        patience = self._sales.orders.patience()
        while (said := self._said_of(slug)) != str(quantity):
            if patience.is_over(said, left=broker.left(), taken=broker.taken()):
                lab.foul("feed_stale", slug=slug, said=said, quantity=quantity)
            lab.cancel.wait(0.1)

    def _said_of(self, slug: str) -> str:
        """Return what the feed says of *slug*."""
        lines = self._lab.shop.get("/feed/stock.csv").text.splitlines()
        return next((line.rsplit(",", 1)[1] for line in lines if line.startswith(f"{slug},")), "–")
