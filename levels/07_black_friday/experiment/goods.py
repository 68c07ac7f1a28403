"""What is bought in a run, and the pages that are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab

FRONT = "/"


class Goods:
    """Products that buyers come for, and the pages on which visitors look for them."""

    def __init__(self, lab: Lab) -> None:
        self.products: list[tuple[str, str]] = []
        """Slugs and names of products that nobody bought yet."""
        self.pages: list[str] = []
        """The front page, a category's, and that of a search."""
        self._shop = lab.shop
        self._asked = 0
        self.choose()

    def choose(self) -> None:
        """Choose anew, from what is on sale now."""
        shop = self._shop
        rows = shop.sql("SELECT slug, name FROM catalog_product WHERE is_live ORDER BY random()")
        self.products = [(slug, name) for slug, name in rows]
        word = self.products[-1][1].rpartition(" ")[2]
        rows = shop.sql("SELECT slug FROM catalog_category ORDER BY random()")
        self.pages = [FRONT, f"/category/{rows[0][0]}/", f"/search/?q={word}"]

    def slug(self) -> str:
        """Return another product each time: two buyers of one thing wait for each other."""
        self._asked += 1
        return self.products[self._asked % len(self.products)][0]
