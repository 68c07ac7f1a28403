"""Whose name stands on the page, whose form it holds, and whose cart is left."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Customer, Lab

    from .monday import Monday

ELSEWHERE = "/bestsellers/"
"""A page with the same header around it, and no greeting."""
UNSEEN = re.compile(
    r"<!--.*?-->|<(script|style|template|title)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE
)
"""What stands in a page and not on the screen: comments, scripts, tags with their attributes."""


class People:
    """Two customers and two strangers, who come one after the other and find nothing kept."""

    MANY = 4

    def __init__(self, lab: Lab, monday: Monday) -> None:
        self._lab = lab
        self._path = monday.PATH
        self._deals = monday.truth()
        self._slugs = list(self._deals)
        self._misplaced = 0

    def play(self) -> None:
        """Let them read, buy, and come back when the cache has forgotten everything."""
        lab = self._lab
        people = [lab.customer("gina"), lab.customer("asha"), lab.customer(), lab.customer()]
        lab.shop.empty_caches()
        for one in people[:2]:
            one.come_back()
        for one in people:
            self._read(one)
        for one in people:
            self._buy(one)
        lab.customer().forge(self._slugs[0])
        self._remember(people[0])
        lab.measure("misplaced", self._misplaced)

    def _read(self, who: Customer) -> None:
        """Have *who* read the page: her own name in its greeting, and nobody else's."""
        lab = self._lab
        text = html.unescape(who.see(self._path))
        for user in ("gina", "asha"):
            token = lab.customers.token_of(user)
            if token != who.token and token in text:
                self._misplaced += 1
                lab.find_once("anothers_name", who=who.called, name=lab.customers.name(user))
                return
        if who.token and self._count(who, self._path) <= self._count(who, ELSEWHERE):
            lab.foul("nobody_greeted", name=who.called)

    @staticmethod
    def _count(who: Customer, path: str) -> int:
        """Return how often *who* reads her own name."""
        return UNSEEN.sub(" ", who.see(path)).count(who.token)

    def _buy(self, who: Customer) -> None:
        """Have *who* put something into her cart with the form of the page."""
        lab = self._lab
        answer = who.browser.add(self._slugs[0], form=self._path)
        if not answer.sends_on:
            self._misplaced += 1
            lab.find_once("anothers_token", who=who.called, status=answer.status)

    def _remember(self, who: Customer) -> None:
        """Empty the cache: *who* is still logged in, and what she chose is still there."""
        lab = self._lab
        slug = self._slugs[1]
        product = self._deals[slug]["name"]
        who.browser.add(slug)
        lab.shop.empty_caches()
        account = who.get("/account/")
        if account.status == 200 and product in html.unescape(who.get("/cart/").text):
            return
        self._misplaced += 1
        lab.find("cart_forgotten", who=who.called, product=product)
