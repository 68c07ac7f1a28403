"""db2 dead, db2 silent, db2 and the cache gone together: what becomes of the pages."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab

    from .monday import Monday

VISITS = 6
"""Visitors who come while db2 is silent."""
PEACE = 5.0
"""Seconds for which a silent server must be left alone after a try."""
PATIENCE = 8.0
"""Seconds a visitor waits."""


class Outage:
    """Strangers who look while something is gone."""

    def __init__(self, lab: Lab, monday: Monday) -> None:
        self._lab = lab
        self._monday = monday
        cards = list(lab.live_products().all.values())
        self._product = lab.random.choice(cards)

    def die(self) -> None:
        """End db2; nobody's page may suffer."""
        with self._monday.copies.down():
            self._lab.shop.empty_caches()
            self._lab.measure("gone", self._visit("dead_copy"))

    def fall_silent(self) -> None:
        """Put a door in the place of db2 behind which nobody answers; count who knocks.

        One worker answers meanwhile, so what is counted is its doing alone. It is a new one: of an
        older one it would be luck whether it is still connected to whom it needs.
        """
        lab, monday = self._lab, self._monday
        lab.step("silencing")
        pid = monday.workers.renew(monday.workers.pids[0])
        tries = gone = visits = 0
        with monday.copies.silent() as silence, monday.workers.only(pid):
            while not gone and tries <= 1 and visits < VISITS:
                visits += 1
                lab.shop.empty_caches()
                gone += self._visit("silent_copy")
                tries = max(tries, silence.tries_within(PEACE))
        lab.measure("tries", tries)
        if tries > 1:
            lab.find("tried_again", tries=tries, visits=visits)
        if gone:
            lab.measure("gone", gone)

    def lose_both(self) -> None:
        """Take db2 and the cache away at once: pages are slow then, and there."""
        lab, shop = self._lab, self._lab.shop
        with self._monday.copies.down():
            shop.kill("memcached")
            try:
                lab.measure("both_gone", self._visit("both_gone"))
            finally:
                shop.restart_service("memcached")

    def _visit(self, finding: str) -> int:
        """Open the deals and a product; return how many of the two pages were wrong."""
        product = self._product
        pages = {self._monday.PATH: "", f"/product/{product['']}/": str(product["name"])}
        return sum(not self._is_right(page, name, finding) for page, name in pages.items())

    def _is_right(self, page: str, name: str, finding: str) -> bool:
        lab = self._lab
        with lab.shop.visitor(timeout=PATIENCE) as visitor:
            try:
                answer = visitor.get(page)
            except Exception as error:
                if not lab.is_unanswered(error):
                    raise
                lab.find_once("hangs", page=page, seconds=round(PATIENCE))
                return False
        if answer.status != 200:
            why = lab.shop.reason_of(answer.status)
            lab.find_once(finding, page=page, status=answer.status, why=why)
            return False
        wrong = self._monday.difference(answer.text) if not name else {}
        if wrong or name not in html.unescape(answer.text):
            lab.find_once("nothing_there", page=page, product=wrong.get("product", name))
            return False
        return True
