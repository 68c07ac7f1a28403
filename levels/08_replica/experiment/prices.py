"""A price that is raised behind the shop's back, as db1 knows it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

    from tutor.lab import Shop

ANY = """
SELECT id, slug, name, price FROM catalog_product WHERE is_live AND promotion_id IS NULL
 ORDER BY random() LIMIT 1
"""
RAISED = "UPDATE catalog_product SET price = price + %s WHERE id = %s"
PRICE = "SELECT price FROM catalog_product WHERE id = %s"


class Priced(NamedTuple):
    """A product that costs what its row says: no promotion takes anything off."""

    key: int
    slug: str
    name: str
    price: Decimal


def any_product(shop: Shop) -> Priced:
    """Return one of those that *shop* sells."""
    ((key, slug, name, price),) = shop.sql(ANY)
    return Priced(key, slug, name, price)


def raise_price(shop: Shop, product: Priced, more: Decimal) -> Decimal:
    """Raise the price of *product* by so much *more*; return the new one."""
    shop.sql(RAISED, [more, product.key])
    return product.price + more


def price_now(shop: Shop, product: Priced) -> Decimal:
    """Return what *product* costs by now."""
    ((price,),) = shop.sql(PRICE, [product.key])
    now: Decimal = price
    return now
