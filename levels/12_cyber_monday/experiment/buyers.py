"""Buyers: each with a cart of her own, and what she was told of her order."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from tutor.lab.instruments.callers import HANGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tutor.lab import Lab, Shop
    from tutor.probes.http import Response

PATIENCE = 6.0
"""Seconds a buyer waits for an answer."""


class Buyer:
    """Somebody who buys one thing."""

    def __init__(self, lab: Lab, shop: Shop, slug: str, batch: str) -> None:
        self.email = f"{batch}-{lab.token()}{lab.token()}@palace.example".lower()
        self.problem = ""
        """What kept her from the order; empty where it was confirmed, or she has not asked."""
        self.status = 0
        """The answer that was wrong; 0 for none."""
        self.is_answered = False
        """Whether her order was confirmed or refused, or she has given up."""
        self._lab = lab
        self._shop = shop
        self._slug = slug
        self._person = lab.person(shop)
        self._person.visitor.patience = lab.patience(PATIENCE)
        self._form = ""

    @property
    def is_confirmed(self) -> bool:
        """Whether she was led to her order."""
        return self.is_answered and not self.problem

    def fill_cart(self) -> bool:
        """Put the thing into the cart and open the checkout; return whether she could."""
        return self._try(self._fill_cart)

    def press(self, patience: float = PATIENCE) -> None:
        """Order what is in the cart, and wait for the answer for so many seconds of *patience*."""
        self._person.visitor.patience = self._lab.patience(patience)
        try:
            self._try(self._press)
        finally:
            self.is_answered = True

    def buy(self) -> None:
        """Do both."""
        if self.fill_cart():
            self.press()
        self.is_answered = True

    def _try(self, act: Callable[[], None]) -> bool:
        """Do it; return whether nothing kept her from it."""
        try:
            act()
        except Exception as error:
            if not self._lab.is_unanswered(error):
                raise
            self.problem = self.problem or HANGS
        return not self.problem

    def _fill_cart(self) -> None:
        person, page = self._person, f"/product/{self._slug}/"
        product = person.get(page)
        if not self._passes(page, product, product.status == 200):
            return
        path = f"/cart/add/{self._slug}/"
        answer = person.submit(path, product.text, {"quantity": "1"})
        if not self._passes(path, answer, answer.sends_on):
            return
        form = person.get("/checkout/")
        if self._passes("/checkout/", form, form.status == 200):
            self._form = form.text

    def _press(self) -> None:
        data = {"name": "Asha", "email": self.email, "address": "2 Lotus Lane"}
        answer = self._person.submit("/checkout/", self._form, data)
        if not self._passes("/checkout/", answer, answer.sends_on):
            return
        location = answer.headers.get("location") or ""
        if "/order/" not in location:
            self.problem = f"/checkout/ → {location or '–'}"

    def _passes(self, path: str, answer: Response, is_right: bool) -> bool:
        if not is_right:
            self.status = answer.status
            self.problem = f"{path}: status {answer.status}"
        return not self.problem


class Buyers:
    """Those who come to one shop, and the ledger of what was confirmed to them."""

    AT_ONCE = 6

    def __init__(self, lab: Lab, shop: Shop) -> None:
        self._lab = lab
        self._shop = shop
        self._batch = f"promoted-{lab.token()}".lower()
        self._slugs = self._shelves()
        self._all: list[Buyer] = []

    def _shelves(self) -> Iterator[str]:
        """Yield products, another one each time: who wants the same would wait for each other."""
        slugs = list(self._lab.live_products().all)
        self._lab.random.shuffle(slugs)
        while True:
            yield from slugs

    @property
    def confirmed(self) -> list[str]:
        """The addresses of all whose order was confirmed."""
        return [buyer.email for buyer in self._all if buyer.is_confirmed]

    def come(self) -> list[Buyer]:
        """Return as many new ones as come at once."""
        new = [
            Buyer(self._lab, self._shop, next(self._slugs), self._batch)
            for _ in range(self.AT_ONCE)
        ]
        self._all += new
        return new

    def buy(self) -> list[Buyer]:
        """Have new ones buy, all at once; return those who could not."""
        new = self.come()
        self._at_once([buyer.buy for buyer in new])
        return [buyer for buyer in new if not buyer.is_confirmed]

    def _at_once(self, acts: list[Callable[[], object]]) -> None:
        """Do all of *acts*, each of which may be answered late five times."""
        self._lab.at_once(acts, patience=5 * self._lab.patience(PATIENCE))  # type: ignore[arg-type]

    def buy_until_all_can(self, seconds: float) -> list[Buyer]:
        """Have new ones come until all of them could buy; return who could not of the last ones.

        None come any more after so many *seconds*.
        """
        deadline = time.monotonic() + self._lab.patience(seconds)
        while (failed := self.buy()) and time.monotonic() < deadline:
            self._lab.cancel.wait(0.1)
        return failed

    def with_full_carts(self) -> list[Buyer]:
        """Return new ones who stand at the checkout; those who came so far."""
        new = self.come()
        self._at_once([buyer.fill_cart for buyer in new])
        return [buyer for buyer in new if not buyer.problem]

    def press(self, buyers: list[Buyer], patience: float = PATIENCE) -> list[threading.Thread]:
        """Have *buyers* press the button, each in a thread, and return these."""
        threads = [
            threading.Thread(target=buyer.press, args=[patience], daemon=True) for buyer in buyers
        ]
        for thread in threads:
            thread.start()
        return threads
