"""Those who work for the shop: Marissa in the admin, and Celery with the paper of an order."""

from __future__ import annotations

import html
from decimal import Decimal
from typing import TYPE_CHECKING

from .prices import any_product, price_now, raise_price

if TYPE_CHECKING:
    from tutor.lab import Lab

    from .scenes import Bought

MORE = Decimal("1.11")
"""By what a price is raised."""
FEED = "SELECT text FROM orders_feed WHERE id = 1"
SHELF = """
SELECT stock.quantity FROM catalog_stock AS stock
  JOIN catalog_product AS product ON product.id = stock.product_id WHERE product.slug = %s
"""


class Office:
    """Work on rows that somebody else may have changed a moment ago."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        # As long as a visitor waits for a page: longer where others crowd this machine.
        self._patience: float = lab.shop.visitor().patience
        """Seconds in which the workers are through with an order."""

    def open(self) -> None:
        """Have everybody at work before the copy stands still."""
        self.lab.staff()
        self.lab.shop.await_celery()

    def work(self, order: Bought | None) -> int:
        """Edit in the admin, wait for the paper of *order*; return how often something was old."""
        stale = self._edit()
        return stale + self._read_mail(order) + self._read_feed(order) if order else stale

    def _edit(self) -> int:
        """Rename a product whose price has just gone up; the price must not come back down."""
        lab, shop = self.lab, self.lab.shop
        product = any_product(shop)
        raised = raise_price(shop, product, MORE)
        new = f"{product.name} II"
        lab.staff().edit("catalog/product", product.key, name=new)
        now = price_now(shop, product)
        lab.measure("undone", int(now != raised))
        if now != raised:
            lab.find("undone", product=product.name, price=str(raised), old=str(now))
        page = f"/admin/catalog/product/{product.key}/change/"
        if new in html.unescape(lab.staff().see(page).text):
            return 0
        lab.find("stale_admin", product=new, page=page)
        return 1

    def _read_mail(self, order: Bought) -> int:
        """Look for the confirmation, and for what was ordered in it."""
        lab = self.lab

        def mails() -> list[str]:
            return [str(m["body"]) for m in lab.shop.mails() if order.email in str(m["to"])]

        if not lab.wait_until(mails, timeout=self._patience):
            lab.find("no_mail", seconds=round(self._patience))
            return 1
        if order.product in html.unescape(mails()[0]):
            return 0
        lab.find("stale_mail", product=order.product)
        return 1

    def _read_feed(self, order: Bought) -> int:
        """Look whether the feed was written from the shelf as the order left it."""
        lab, shop = self.lab, self.lab.shop
        if not lab.wait_until(lambda: shop.sql(FEED), timeout=self._patience):
            lab.find("no_feed", seconds=round(self._patience))
            return 1
        ((text,),) = shop.sql(FEED)
        ((left,),) = shop.sql(SHELF, [order.slug])
        said = next((line for line in text.splitlines() if line.startswith(f"{order.slug},")), "")
        pieces = said.rpartition(",")[2]
        if pieces == str(left):
            return 0
        lab.find("stale_feed", product=order.product, said=pieces or "–", left=left)
        return 1
