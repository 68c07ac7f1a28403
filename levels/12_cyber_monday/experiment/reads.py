"""Which server is asked: db2 is paid for, and db1 is busy today."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab

    from .monday import Monday

CATALOGUE = re.compile(r"\bcatalog_\w+")
"""A statement that reads the catalogue names one of its tables."""
PRODUCTS = 4
ENOUGH = 60
"""Per cent of the catalogue's statements; more is asked of a day with less in it."""


class Reads:
    """The pages of strangers who look, with nothing kept."""

    def __init__(self, lab: Lab, monday: Monday) -> None:
        self._lab = lab
        self._monday = monday

    def play(self) -> None:
        """Record which share of the catalogue's statements db2 answers."""
        lab, shop = self._lab, self._lab.shop
        products = lab.live_products()
        shelf = next(iter(products.by_path))
        slugs = lab.random.sample(list(products.all), PRODUCTS)
        pages = ["/", shelf, self._monday.PATH, *(f"/product/{slug}/" for slug in slugs)]
        shop.empty_caches()
        with self._monday.counting() as logs:
            for page in pages:
                shop.page(page)
        counts = [sum(bool(CATALOGUE.search(text)) for text in log.texts) for log in logs]
        asked, copies = sum(counts), sum(counts[1:])
        share = round(100 * copies / asked) if asked else 0
        lab.measure("share", share)
        if share < ENOUGH:
            lab.find("bored", copy=copies, asked=asked, share=share)
