"""The copy late, dead, back and silent: what becomes of the pages of those who only look."""

from __future__ import annotations

import html
from contextlib import closing
from decimal import Decimal
from typing import TYPE_CHECKING

from .prices import any_product, raise_price

if TYPE_CHECKING:
    from tutor.lab import Lab, Silence

    from .reads import Reads

NOTICED = 12.0
"""Seconds in which a copy that stands still is noticed."""
VISITS = 6
"""Visitors who come while the copy is silent."""
PEACE = 5.0
"""Seconds for which a silent server must be left alone after a try."""
LATER = 4
"""Visits that must all be true once it was noticed."""
MORE = Decimal("2.22")
BEHIND = """
SELECT count(pg_logical_emit_message(false, 'levelup', repeat('x', 1000000)))
  FROM generate_series(1, %s)
"""
MEGABYTES = 24
"""What db1 writes while the copy stands still."""


class Outage:
    """What visitors notice of a copy in trouble."""

    def __init__(self, lab: Lab, reads: Reads) -> None:
        self.lab = lab
        self._reads = reads
        self._failures = 0

    def fall_behind(self) -> None:
        """Have db1 write a lot while the copy stands still; a new price must be seen in time."""
        lab, shop = self.lab, self.lab.shop
        product = any_product(shop)
        new = str(raise_price(shop, product, MORE))
        shop.sql(BEHIND, [MEGABYTES])
        page = f"/product/{product.slug}/"

        def is_new() -> bool:
            return new in shop.page(page).text

        if not lab.wait_until(is_new, timeout=NOTICED, every=0.25):
            lab.measure("old_pages", LATER)
            values = {"product": product.name, "old": str(product.price), "price": new}
            lab.find("left_in", seconds=round(NOTICED), megabytes=MEGABYTES, **values)
            return
        lab.measure("old_pages", sum(not is_new() for _ in range(LATER)))

    def die(self) -> None:
        """End the copy, with and without bringing it back; nobody's page may suffer."""
        copies = self._reads.copies
        copies.restart()
        self._visit("after_restart")
        with copies.down():
            for _ in "12":
                self._visit("dead_copy")
            self._use_the_cart()
        self._visit("after_restart")
        self.lab.measure("failures", self._failures)

    def fall_silent(self) -> None:
        """Put a door there behind which nobody answers, and count who knocks: one worker is up."""
        lab = self.lab
        with self._reads.copies.silent() as silence:
            tries, visits = self._visit_in_silence(silence)
            lab.measure("tries", tries)
            if tries > 1:
                lab.find("tried_again", tries=silence.tries, visits=visits)
        if self._failures:
            # Whoever waits for the silent copy may do so for minutes, and holds up the next.
            lab.measure("failures", self._failures)
        else:
            self._reads.return_within_reason()

    def _visit_in_silence(self, silence: Silence) -> tuple[int, int]:
        """Return how often it was tried in five seconds, and how many came until that was clear."""
        most, visits, is_served = 0, 0, True
        while is_served and most <= 1 and visits < VISITS:
            visits += 1
            is_served = self._is_served()
            most = max(most, silence.tries_within(PEACE))
        return most, visits

    def _is_served(self) -> bool:
        """Return whether somebody who only looks gets her page in spite of a silent copy."""
        lab = self.lab
        slug = lab.random.choice(self._reads.slugs)
        page = f"/product/{slug}/"
        with closing(lab.shop.visitor()) as visitor:
            try:
                answer = visitor.get(page)
            except Exception as error:
                if not lab.is_unanswered(error):
                    raise
                self._failures += 1
                lab.find("hangs", page=page, seconds=round(visitor.patience))
                return False
        names = [self._reads.names[slug]]
        return self._is_right(page, answer.status, answer.text, names, "silent_copy")

    def _visit(self, finding: str) -> None:
        """Open pages as strangers do, none of which was kept; tell what is wrong with them."""
        reads, shop = self._reads, self.lab.shop
        shop.empty_caches()
        shelf, cards = next(iter(reads.shelves.items()))
        pages = {shelf: [card["name"] for card in cards.values()]}
        pages |= {f"/product/{slug}/": [reads.names[slug]] for slug in reads.slugs[:2]}
        for page, names in pages.items():
            answer = shop.get(page)
            self._is_right(page, answer.status, answer.text, names, finding)

    def _use_the_cart(self) -> None:
        """Put something into the cart: none of it is any business of the copy."""
        slug = self._reads.slugs[0]
        who = self.lab.person()
        added = who.add(slug)
        cart = who.get("/cart/")
        names = [self._reads.names[slug]]
        if added.sends_on:
            self._is_right("/cart/", cart.status, cart.text, names, "dead_copy")
        else:
            self._is_right(added.path, added.status, added.text, names, "dead_copy")

    def _is_right(self, page: str, status: int, text: str, names: list[str], finding: str) -> bool:
        """Return whether a page came and says what it must; count and tell where it does not."""
        lab = self.lab
        if status != 200:
            self._failures += 1
            lab.find_once(finding, page=page, status=status, why=lab.shop.reason_of(status))
            return False
        shown = html.unescape(text)
        missing = [name for name in names if name not in shown]
        if not missing:
            return True
        self._failures += 1
        lab.find_once("nothing_shown", page=page, product=missing[0], count=len(missing))
        return False
