"""Level 3: hits."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from .cards import refuse_wrong_cards
from .goods import FRONT

if TYPE_CHECKING:
    from tutor.lab import Lab

VISITORS, VISITORS_QUICK = 16, 12
"""How many strangers come to each page."""
HITS = 60
"""Percent below which somebody should say why."""
COOKIE = re.compile(r"(?m)^\s*([\w-]+)=")


class Hits:
    """In how many of 100 visits of strangers PostgreSQL was not asked for products."""

    measures = ("hit_rate",)

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def take(self) -> None:
        """Let strangers come to three pages, and count for how many the page was made anew."""
        lab, shop = self._lab, self._lab.shop
        lab.step("hits")
        rows = shop.sql("SELECT slug FROM catalog_category ORDER BY random()")
        pages = (FRONT, *(f"/category/{slug}/" for (slug,) in rows[:2]))
        shop.empty_caches()
        asked = {path: self._asked_for_one(path) for path in pages}
        many = VISITORS_QUICK if lab.quick else VISITORS
        shop.empty_caches()
        renders = Counter({path: self._renders(path, many, asked[path]) for path in pages})
        visits = many * len(pages)
        rate = math.floor(1000 * (1 - renders.total() / visits)) / 10
        lab.measure("hit_rate", rate)
        if rate < HITS and lab.quick:
            lab.find("counted_hits", rate=rate)
        elif rate < HITS:
            self._explain(renders.most_common(1)[0][0])

    def _asked_for_one(self, path: str) -> int:
        """Return how many statements ask for products where the page at *path* is made once."""
        with self._lab.counting() as cold:
            self._lab.customer().see(path)
        return max(1, self._lab.asked_for_products(cold.texts))

    def _renders(self, path: str, many: int, asked: int) -> int:
        """Return how often the page at *path* was made for *many* strangers; refuse a wrong one."""
        lab = self._lab
        with lab.counting() as statements:
            for _ in range(many):
                visitor = lab.customer()
                visitor.browser.change_browser()
                visitor.see(path)
        # Whose browser unpacks nothing must be able to read what was kept, too.
        refuse_wrong_cards(lab, path, lab.cards(lab.customer().see(path)))
        return min(many, math.ceil(lab.asked_for_products(statements.texts) / asked))

    def _explain(self, path: str) -> None:
        """Say at which door the page at *path* was turned away."""
        lab, shop = self._lab, self._lab.shop
        shop.empty_caches()
        bare = self._comes_again(path, {})
        # The same cookies both times: a page for each visitor is one that is kept, too.
        cookies = {"_ga": f"GA1.1.{lab.token()}", "_gid": f"GA1.1.{lab.token()}"}
        own = self._comes_again(path, cookies)
        again = shop.page(path)
        if own:
            lab.find("one_each", path=path, vary=again.headers.get("vary", "–"))
        elif bare:
            lab.find("bare_only", path=path)
        elif names := COOKIE.findall(again.headers.get("set-cookie", "")):
            lab.find("never_kept", path=path, cookies=", ".join(sorted(set(names))))
        else:
            lab.find("not_kept", path=path, control=again.headers.get("cache-control", "–"))

    def _comes_again(self, path: str, cookies: dict[str, str]) -> bool:
        """Return whether somebody with *cookies* is given the page that was kept for them."""
        visitor = self._lab.shop.visitor()
        visitor.cookies |= cookies
        visitor.get(path)
        visitor.cookies |= cookies
        with self._lab.counting() as statements:
            visitor.get(path)
        return not self._lab.asked_for_products(statements.texts)
