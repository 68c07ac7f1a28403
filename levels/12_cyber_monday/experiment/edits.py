"""Marissa edits: what the page says after it, also where db2 has not heard of it yet."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tutor.lab import Lab

    from .monday import Monday

SOON = 2.0
"""Seconds in which an edit is on the page."""
MOMENT = 1.0
"""The same where a quick check is lost already."""
EVERY = 0.1
PRODUCT = "SELECT id, price FROM public.catalog_product WHERE slug = %s"
PROMOTION = "SELECT promotion_id FROM public.catalog_product WHERE slug = %s"
PERCENT = "SELECT percent FROM public.catalog_promotion WHERE id = %s"
BRAND = """
SELECT brand.id, brand.name FROM public.catalog_brand AS brand
  JOIN public.catalog_product AS product ON product.brand_id = brand.id WHERE slug = %s
"""


class Edits:
    """People of the shop's, and what becomes of what they say."""

    def __init__(self, lab: Lab, monday: Monday) -> None:
        self._lab = lab
        self._monday = monday

    def play(self) -> None:
        """Edit with db2 beside us, then with db2 standing still.

        A quick check of a page that is late all the same leaves that out: it would say nothing new.
        """
        ways = [self.price, self.percent, self.end]
        if not self._lab.quick:
            ways[2:2] = [self.brand, self.off_sale]
        late = 0
        for way in ways:
            late += self._is_late(way)
            if late and self._lab.quick:
                break
        self._lab.measure("late", late)
        if late and self._lab.quick:
            return
        self._lab.step("lagging")
        haunted = [self._is_haunted(self.price)]
        if not self._lab.quick:
            haunted.append(self._is_haunted(self.percent))
        self._lab.measure("haunted", sum(haunted))

    def _is_late(self, edit: Callable[[], None]) -> bool:
        """Return whether an *edit* is not on the page soon."""
        monday = self._monday
        monday.look()
        self._make(edit)
        soon = self._soon
        found = self._wrong_until_soon()
        if found:
            is_for_all = bool(monday.look_as({}))
            finding = "seen_late" if is_for_all else "seen_late_by_customers"
            self._lab.find_once(finding, seconds=round(soon), **found)
            monday.must_be_right()
        return bool(found)

    def _is_haunted(self, edit: Callable[[], None]) -> bool:
        """Have the page made while db2 stands still; return whether it is old once db2 is not."""
        lab, monday = self._lab, self._monday
        with monday.copies.paused():
            self._make(edit)
            lab.shop.empty_caches()
            monday.look()
        found = self._wrong_until_soon()
        if found:
            lab.find_once("filled_from_db2", **found)
            monday.must_be_right()
        return bool(found)

    def _make(self, edit: Callable[[], None]) -> None:
        """Edit; refuse an admin in which nothing comes of it."""
        before = self._monday.truth()
        edit()
        if self._monday.truth() == before:
            self._lab.foul("edit_undone", way=edit.__name__)

    def _wrong_until_soon(self) -> dict[str, str]:
        """Return what is wrong with the page, unless it becomes right soon."""
        found: dict[str, str] = {}

        def is_right() -> bool:
            nonlocal found
            found = self._monday.look()
            return not found

        self._lab.wait_for_jobs(is_right, within=self._soon, every=EVERY)
        return found

    @property
    def _soon(self) -> float:
        """Seconds in which an edit must be on the page: it is not waited for longer than it says.

        Where a quick check is lost already, what is said of edits only says more.
        """
        return self._lab.patience(MOMENT) if self._lab.is_lost else SOON

    # -- ways of editing ---------------------------------------------------------------------------

    def price(self) -> None:
        """Change the price of a deal."""
        slug = self._lab.random.choice(list(self._monday.truth()))
        ((key, price),) = self._lab.shop.sql(PRODUCT, [slug])
        new = price + Decimal(self._lab.random.randrange(200, 900)) / 100
        self._lab.staff().edit("catalog/product", key, price=str(new))

    def brand(self) -> None:
        """Give the maker of a deal another name."""
        slug = self._lab.random.choice(list(self._monday.truth()))
        ((key, name),) = self._lab.shop.sql(BRAND, [slug])
        self._lab.staff().edit("catalog/brand", key, name=f"{name} {self._lab.token()}")

    def off_sale(self) -> None:
        """Take a deal off the shelf."""
        slug = self._lab.random.choice(list(self._monday.truth()))
        ((key, _),) = self._lab.shop.sql(PRODUCT, [slug])
        self._lab.staff().edit("catalog/product", key, is_live=False)

    def percent(self) -> None:
        """Change what a promotion takes off."""
        key = self._promotion(self._lab.random.choice(list(self._monday.truth())))
        ((percent,),) = self._lab.shop.sql(PERCENT, [key])
        self._lab.staff().edit("catalog/promotion", key, percent=str(percent + 3))

    def end(self) -> None:
        """Take the deepest promotion off the page."""
        key = self._promotion(next(iter(self._monday.truth())))
        self._lab.staff().edit("catalog/promotion", key, is_monday=False)
        self._monday.ended.add(key)

    def _promotion(self, slug: str) -> int:
        """Return the promotion of a product on the page; there may be others that are not."""
        return int(self._lab.shop.sql(PROMOTION, [slug])[0][0])
