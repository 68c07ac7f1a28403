"""Today's deals: which they are by the database, and what a page makes of them."""

from __future__ import annotations

from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Cards, Lab, Shop, Standbys, Workers

PATH = "/monday/"
FEW = 40
"""Products that are enough to fill shelves."""
FIELDS = ("name", "brand", "price", "old_price", "promotion")
DEEP = 30
"""Per cent from which on the release ticks a promotion; two of the seed's are that deep."""
EACH = 7
"""Products that each of them has at least: more than the page has places for."""
REDUCE = """
UPDATE public.catalog_product SET promotion_id = %s
 WHERE id IN (SELECT id FROM public.catalog_product WHERE is_live AND promotion_id IS NULL
               ORDER BY random() LIMIT %s)
"""
TICKED = "SELECT id FROM public.catalog_promotion WHERE percent >= %s ORDER BY id"
TRUTH = """
SELECT product.slug, product.name, brand.name,
       round(product.price * (100 - promotion.percent) / 100, 2), product.price, promotion.name
  FROM public.catalog_product AS product
  JOIN public.catalog_brand AS brand ON brand.id = product.brand_id
  JOIN public.catalog_promotion AS promotion ON promotion.id = product.promotion_id
 WHERE product.is_live AND promotion.id = ANY(%s)
 ORDER BY promotion.percent DESC, product.id LIMIT 12
"""


class Monday:
    """The page of deals of the shop under test."""

    PATH = PATH

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._token = lab.token()
        self.ended: set[int] = set()
        """Promotions that were taken off the page again."""

    def stock_up(self, shop: Shop) -> None:
        """Fill the shelves of *shop*, and reduce some of what lies there."""
        self.lab.rename_products(shop, self._token, FEW)
        for (promotion,) in shop.sql(TICKED, [DEEP]):
            shop.sql(REDUCE, [promotion, EACH])

    @cached_property
    def workers(self) -> Workers:
        """The workers of the shop."""
        return self.lab.workers()

    @cached_property
    def copies(self) -> Standbys:
        """The copies of db1 that the shop has."""
        return self.lab.standbys()

    # -- what is true ------------------------------------------------------------------------------

    @property
    def ticked(self) -> list[int]:
        """The promotions on the page, by the rule that the release goes by."""
        rows = self.lab.shop.sql(TICKED, [DEEP])
        return [key for (key,) in rows if key not in self.ended]

    def truth(self) -> Cards:
        """Return the deals as the database has them, in order."""
        found: Cards = {}
        for slug, *values in self.lab.shop.sql(TRUTH, [self.ticked]):
            found[slug] = {"": slug, **dict(zip(FIELDS, values, strict=True))}
        return found

    def difference(self, text: str, truth: Cards | None = None) -> dict[str, str]:
        """Return what is wrong with the deals on a page first; nothing where all is right."""
        compared = self.lab.compare(self.truth() if truth is None else truth, self.lab.cards(text))
        wanted = [str(card["name"]) for card in compared.expected.values()]
        shown = [card.get("name", "–") for card in compared.cards]
        for there, belongs in zip_longest(shown, wanted, fillvalue="–"):
            if there != belongs:
                product = there if belongs == "–" else belongs
                return _values(product, "place", there, belongs)
        for wrong in compared.wrong_fields():
            if wrong.field in FIELDS:
                return _values(wrong.product, wrong.field, **wrong.values)
        return {}

    # -- what the page says ------------------------------------------------------------------------

    @cached_property
    def known(self) -> dict[str, str]:
        """The cookies of a customer."""
        customer = self.lab.customer("gina")
        customer.come_back()
        return customer.cookies

    def look(self) -> dict[str, str]:
        """Return what is wrong with the page, whoever asks and whichever worker answers."""
        # Customers first: a stranger's visit may renew what they are shown.
        return self.look_as(self.known) or self.look_as({})

    def look_as(self, cookies: dict[str, str]) -> dict[str, str]:
        """Return what is wrong with the page for whoever has *cookies*, on each worker."""
        truth = self.truth()
        for pid in self.workers.pids:
            with self.workers.only(pid), self.lab.shop.visitor() as visitor:
                visitor.cookies |= cookies
                answer = visitor.get(PATH)
            if answer.status != 200:
                raise self.lab.shop.failed(answer)
            if found := self.difference(answer.text, truth):
                return found
        return {}

    def must_be_right(self) -> None:
        """Refuse a page that is wrong although nothing is kept and db2 has everything."""
        self.copies.catch_up()
        self.lab.shop.empty_caches()
        if found := self.look():
            self.lab.foul("deals_wrong", **found)


def _values(product: str, field: str, page: str, database: str) -> dict[str, str]:
    return {"product": product, "field": field, "page": page, "database": database}
