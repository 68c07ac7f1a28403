"""Do the pages say what the database says, and do they notice in time that it changed?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tutor.lab import Cards, Lab, ShownCard

FRESH_WITHIN = 2.0
"""Seconds after which a change must show; the briefing promises it to the customers."""
ASKS, ASKS_QUICK = 6, 2
"""How often a page is asked whether it knows of a change: several workers, several memories.

A quick check has one worker.
"""

ROW = """
SELECT product.id, product.name, product.price, stock.quantity, brand.id, brand.name,
       brand.country_id, country.name, category.id, category.name, image.id, image.alt,
       promotion.id, promotion.name, promotion.percent
  FROM public.catalog_product AS product
  JOIN public.catalog_stock AS stock ON stock.product_id = product.id
  JOIN public.catalog_brand AS brand ON brand.id = product.brand_id
  JOIN public.catalog_country AS country ON country.id = brand.country_id
  JOIN public.catalog_category AS category ON category.id = product.category_id
  JOIN public.catalog_image AS image ON image.id = product.cover_id
  LEFT JOIN public.catalog_promotion AS promotion ON promotion.id = product.promotion_id
 WHERE product.slug = %s
"""
"""Everything a card shows, of one product and of whatever shares it."""
HIDDEN = """
SELECT product.id FROM public.catalog_product AS product
  JOIN public.catalog_category AS category ON category.id = product.category_id
 WHERE NOT product.is_live AND '/category/' || category.slug || '/' = %s
 ORDER BY random() LIMIT 1
"""


class Pages:
    """The categories of the shop under test, and the front page that shares their cards."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def compare(self, path: str, expected: Cards, cards: Sequence[ShownCard]) -> None:
        """Refuse a page whose cards do not show what the database says."""
        for foul, params in self.lab.compare(expected, cards).faults(path):
            self.lab.foul(foul, **params)

    def compare_all(self) -> None:
        """Refuse categories that are wrong, or a front page that a fix of theirs broke."""
        shelves = self.lab.live_products()
        for path, expected in shelves.by_path.items():
            self.compare(path, expected, self._cards(path))
        self.compare("/", self.lab.live_products().all, self._cards("/"))

    def refuse_stale(
        self, path: str, before: Cards, after: Cards, cards: Sequence[ShownCard]
    ) -> None:
        """Refuse a page that says what was true before; whatever else it lacks comes from that."""
        for stale in self.lab.stale_fields(before, after, cards):
            if stale.said:
                self.lab.foul(
                    "stale_page",
                    path=path,
                    field=stale.field,
                    product=stale.product,
                    before=stale.before,
                    after=stale.after,
                    seconds=FRESH_WITHIN,
                )
        shown, then, now = [card[""] for card in cards], list(before), list(after)
        if shown == then != now:
            example = next(iter({*then} ^ {*now}), then[0])
            name = (after.get(example) or before[example])["name"]
            self.lab.foul("stale_shelf", path=path, product=name, seconds=FRESH_WITHIN)

    def change(self) -> None:
        """Change all that cards show, in two categories; refuse pages that notice too late."""
        lab = self.lab
        lab.step("changing", seconds=FRESH_WITHIN)
        shelves = lab.live_products()
        asks = ASKS_QUICK if lab.quick else ASKS
        paths = (*lab.random.sample(list(shelves.by_path), 2), "/")
        for _ in range(asks):
            for path in paths:
                lab.shop.page(path)  # whoever keeps pages has a fresh one now
        before = {path: shelves.of(path) for path in paths}
        self._edit(before[paths[0]])
        self._rearrange(paths[1], before[paths[1]])
        shelves = lab.live_products()
        after = {path: shelves.of(path) for path in paths}

        def ask() -> list[tuple[str, Sequence[ShownCard]]]:
            return [(path, self._cards(path)) for path in paths for _ in range(asks)]

        def are_true() -> bool:
            return all(lab.compare(after[path], cards).is_true for path, cards in ask())

        if lab.wait_until(are_true, timeout=FRESH_WITHIN, every=0.2):
            return
        pages = ask()
        for path, cards in pages:
            self.refuse_stale(path, before[path], after[path], cards)
        for path, cards in pages:
            self.compare(path, after[path], cards)

    def raise_price(self, slug: str) -> None:
        """Raise the price of a product, in the database."""
        raised = "UPDATE catalog_product SET price = price + 1.11 WHERE slug = %s"
        self.lab.shop.sql(raised, [slug])

    def _cards(self, path: str) -> Sequence[ShownCard]:
        return self.lab.cards(self.lab.shop.page(path).text)

    def _edit(self, cards: Cards) -> None:
        """Have staff change one product and what it shares with others; a visitor reviews it."""
        lab, staff = self.lab, self.lab.staff()
        reduced = [slug for slug, card in cards.items() if "promotion" in card]
        slug, word = lab.random.choice(reduced or list(cards)), lab.token()
        key, name, price, pieces, brand, maker, *more = lab.shop.sql(ROW, [slug])[0]
        country, land, shelf, title, cover, alt, offer, promotion, percent = more
        fields = {"name": f"{name} {word}", "price": str(price + 1)}
        staff.edit("catalog/product", key, {**fields, "stock-0-quantity": str(pieces + 3)})
        staff.edit("catalog/brand", brand, name=f"{maker} {word}")
        staff.edit("catalog/country", country, name=f"{land} {word}")
        staff.edit("catalog/category", shelf, name=f"{title} {word}")
        staff.edit("catalog/image", cover, alt=f"{alt} {word}")
        if offer:
            percent = percent % 80 + 3
            staff.edit("catalog/promotion", offer, name=f"{promotion} {word}", percent=percent)
        lab.person().review(slug, lab.random.randint(1, 5))

    def _rearrange(self, path: str, cards: Cards) -> None:
        """Have one product of a category come first, one go, and one not shown before come."""
        lab, shop, staff = self.lab, self.lab.shop, self.lab.staff()
        gone, first = lab.random.sample(list(cards)[1:], 2)
        now = datetime.now(UTC)
        at = {"published_at_0": f"{now:%Y-%m-%d}", "published_at_1": f"{now:%H:%M:%S}"}
        staff.edit("catalog/product", shop.sql(ROW, [first])[0][0], at)
        staff.edit("catalog/product", shop.sql(ROW, [gone])[0][0], is_live=False)
        for (key,) in shop.sql(HIDDEN, [path]):
            staff.edit("catalog/product", key, is_live=True)
