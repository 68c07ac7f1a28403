"""Who buys what in a run, and what is known of it."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import psutil

if TYPE_CHECKING:
    from decimal import Decimal

    from tutor.lab import Checkout, Footprint, Lab, Paper, Shop
    from tutor.lab.instruments.checkout import Answer

ANSWER = 5.0
"""Seconds a checkout may take while everybody behind it is closed."""
SOON = 2.0
"""Seconds within which a checkout that came to nothing must have left no trace."""
ENOUGH = 50
"""Pieces of a product that all buyers of a run together cannot buy."""
MAIL, INVOICE = "mail", "invoice"
NUMBER = re.compile(r"/order/([0-9a-f]{8})")

Lines = tuple[tuple[str, int], ...]
"""Slugs and pieces."""


class Purchase(NamedTuple):
    """What somebody wants to buy, and what the order must say of it."""

    email: str
    name: str
    address: str
    lines: Lines
    prices: tuple[Decimal, ...]
    """What a piece of each cost when it was bought."""
    user: str = ""
    """By which name they log in, if they do."""


class Buyer:
    """Somebody with a browser and a cart; with a *key*, they log in with it."""

    def __init__(self, shop: Shop, key: tuple[str, str] | None = None) -> None:
        self._visitor = shop.visitor(timeout=3 * ANSWER)
        self._key = key
        self._ready = False

    def fill(self, lines: Lines) -> None:
        """Put so many pieces of each product into the cart."""
        if not self._ready:
            # For its form: there is a token on it.
            self._visitor.get("/login/")
            if self._key:
                username, password = self._key
                self._visitor.post("/login/", {"username": username, "password": password})
            self._ready = True
        for slug, pieces in lines:
            self._visitor.post(f"/cart/add/{slug}/", {"quantity": str(pieces)})

    def buy(self, purchase: Purchase) -> Answer:
        """Buy; return the status and where the answer leads."""
        self.fill(purchase.lines)
        return self.check_out(purchase)

    def check_out(self, purchase: Purchase) -> Answer:
        """Order what is in the cart; return the status and where the answer leads."""
        fields = {
            "name": purchase.name,
            "email": purchase.email,
            "address": purchase.address,
        }
        answer = self._visitor.post("/checkout/", fields)
        return answer.status, answer.headers.get("location", "")

    def has(self, lines: Lines) -> bool:
        """Return whether these things are in the cart."""
        cart = self._visitor.get("/cart/").text
        return all(slug in cart for slug, _ in lines)

    def hang_up(self) -> None:
        """Close the connection: on a new one nothing is sent a second time."""
        self._visitor.close()


class Attempt(NamedTuple):
    """A purchase that somebody is about to make, in a thread of their own."""

    purchase: Purchase
    buyer: Buyer
    checkout: Checkout


class Sales:
    """What a run knows of the shop it tries, and of what was bought there."""

    def __init__(self, lab: Lab, paper: Paper) -> None:
        self.paper = paper
        self.orders = paper.orders
        self.broker = paper.orders.broker
        self.began = time.monotonic()
        self.prices: dict[str, Decimal] = {}
        self.slugs: list[str] = []
        """What is on sale."""
        self.purchases: dict[str, Purchase] = {}
        """What was bought, by the number of the order."""
        self.pages: dict[str, Purchase] = {}
        """What was bought, by the address at which the order can be seen."""
        self.refused: list[str] = []
        self._lab = lab
        self._shop = lab.shop
        self._buyer = self.buyer()
        self._asked = 0
        self.choose()

    def choose(self) -> None:
        """Learn what is on sale, and for how much."""
        cards = self._lab.live_products().all
        self.prices = {slug: card["price"] for slug, card in cards.items()}
        self.slugs = sorted(slug for slug, card in cards.items() if card["stock"] > ENOUGH)
        self._lab.random.shuffle(self.slugs)

    def slug(self) -> str:
        """Return another product each time: two buyers of one thing wait for each other."""
        self._asked += 1
        return self.slugs[self._asked % len(self.slugs)]

    def buyer(self, user: str = "") -> Buyer:
        """Return somebody with an empty cart, who logs in as *user*."""
        return Buyer(self._shop, self._lab.customers.key(user) if user else None)

    def purchase(self, group: str, lines: int = 1, **known: Any) -> Purchase:
        """Return somebody who wants *lines* different things; what is *known* of them is so."""
        chance = self._lab.random
        wanted = tuple((self.slug(), chance.randint(1, 3)) for _ in range(lines))
        address = f"{chance.randrange(100, 10**6)} Lotus Lane"
        fresh = {"email": self.paper.email(group), "name": "Gina Caputo", "address": address}
        prices = tuple(self.prices[slug] for slug, _ in wanted)
        return Purchase(**{**fresh, "lines": wanted, "prices": prices, **known})

    def attempt(self, purchase: Purchase) -> Attempt:
        """Return somebody with all of *purchase* in the cart, who has yet to press the button."""
        buyer = self.buyer()
        buyer.fill(purchase.lines)
        buyer.hang_up()
        checkout = self.paper.checkout(
            purchase.email, lambda: buyer.check_out(purchase), patience=4 * ANSWER
        )
        return Attempt(purchase, buyer, checkout)

    def refuse(self, email: str) -> None:
        """Have the bank refuse *email*."""
        self.orders.refuse(email)
        self.refused.append(email)

    def buy(self, group: str, times: int = 1) -> None:
        """Buy something, *times* times; each must be answered with an order."""
        for _ in range(times):
            self.get(group, self.purchase(group), self._buyer)

    def get(self, group: str, purchase: Purchase, buyer: Buyer) -> str:
        """Have *buyer* buy; return where the order can be seen."""
        self._lab.cancel.check()
        answer = buyer.buy(purchase)
        self.bought(group, purchase, answer)
        _, location = answer
        return location[location.index("/order/") :]

    def bought(self, group: str, purchase: Purchase, answer: Answer) -> None:
        """Note a purchase that succeeded; refuse a checkout that did not lead to an order."""
        self.paper.note(group, purchase.email, answer)
        if found := NUMBER.search(answer[1]):
            self.purchases[found[1].upper()] = purchase

    def attempted(self, group: str, attempt: Attempt) -> None:
        """Note an attempt that succeeded; refuse one that did not lead to an order."""
        checkout = attempt.checkout
        self.bought(group, attempt.purchase, (checkout.status, checkout.location))

    def traces(self, before: Footprint) -> str:
        """Return what a checkout that came to nothing left behind, in words; or nothing."""
        changes: list[str] = []

        def is_as_before() -> bool:
            nonlocal changes
            changes = before.changes(self.orders.footprint())
            return not changes

        self._lab.wait_until(is_as_before, timeout=SOON, every=0.1)
        return ", ".join(changes)

    def web(self) -> list[psutil.Process]:
        """Return the processes that answer visitors."""
        pid = self._shop.pid("gunicorn")
        try:
            return psutil.Process(pid).children(recursive=True) if pid else []
        except psutil.Error:
            return []
