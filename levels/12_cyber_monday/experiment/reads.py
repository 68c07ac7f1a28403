"""Which server is asked: db2 is paid for, and db1 is busy today."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab

    from .monday import Monday

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
        asked_first = asked_second = in_vain = 0
        for page in pages:
            with lab.counting(shop) as first, self._monday.copies.counting() as second:
                shop.page(page)
            copy = second.about_the_catalogue
            asked_first += first.about_the_catalogue
            if lab.asked_for_products(first.texts):
                # What db1 is asked for all the same is not taken off it.
                in_vain += copy
            else:
                asked_second += copy
        asked = asked_first + asked_second
        share = round(100 * asked_second / asked) if asked else 0
        lab.measure("share", share)
        if share < ENOUGH and in_vain > asked_second:
            lab.find("asked_in_vain", copy=in_vain, first=asked_first)
        elif share < ENOUGH:
            lab.find("bored", copy=asked_second, asked=asked, share=share)
