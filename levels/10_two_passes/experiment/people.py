"""Three customers and two strangers: what they read of themselves, and whether they may buy."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from .shelves import FRONT

if TYPE_CHECKING:
    from tutor.lab import Customer, Lab

    from .shelves import Shelves

TOKEN = re.compile(r"csrfmiddlewaretoken")
HASH = "SELECT password FROM auth_user WHERE username = %s"


class People:
    """Those who come to the shop in a run."""

    def __init__(self, lab: Lab, shelves: Shelves) -> None:
        self.lab = lab
        self._shelves = shelves
        self.by_user: dict[str, Customer] = {}
        """Customers by user; a stranger with a cart under the empty name, one without beside."""
        self.products: list[tuple[str, str]] = []
        """Slugs and names of products that nobody bought yet."""
        self._hashes: dict[str, str] = {}

    @property
    def list(self) -> list[Customer]:
        """All of them, the customers first."""
        return list(self.by_user.values())

    def hash_of(self, person: Customer) -> str:
        """Return what nobody may ever read on a page."""
        return self._hashes[person.user]

    def arrive(self) -> None:
        """Have everybody come, most of them logged in since yesterday, and fill their carts."""
        lab, users = self.lab, list(self.lab.customers.tokens)
        self.products = [(slug, name) for name, slug in self._shelves.slugs.items()]
        lab.random.shuffle(self.products)
        pieces = iter(lab.random.sample(range(11, 40), len(users) + 1))
        self.by_user = {user: lab.customer(user) for user in users} | {"": lab.customer()}
        for user, person in self.by_user.items():
            if user:
                person.come_back()
                ((self._hashes[user],),) = lab.shop.sql(HASH, [lab.customers.key(user)[0]])
            person.buy(self.products.pop()[0], next(pieces))
            person.get("/cart/")  # the message is read there
        self.by_user["nobody"] = lab.customer()

    def compare(self) -> None:
        """Count what is said to the wrong one: names and carts, then messages."""
        lab = self.lab
        wrong = 0
        for path in self._shelves.pages[: 1 if lab.quick else None]:
            for first in ("gina", "nobody") if lab.quick else ("gina", "asha", "nobody"):
                lab.shop.empty_caches()
                if first != "nobody":
                    # With an empty cache even Betty's first try greeted somebody.
                    self.by_user[first].must_be_greeted(path)
                rest = [person for user, person in self.by_user.items() if user != first]
                lab.random.shuffle(rest)
                for person in (self.by_user[first], *rest):
                    wrong += self._is_wrong(person, path)
        wrong += sum(
            not self.by_user[user].sees_at_once(FRONT, self.products.pop()[0])
            for user in ("gina", "")
        )
        wrong += lab.customers.purchase_echoes(self.by_user, self.products, FRONT)
        wrong += lab.customers.review_echoes(self.products.pop()[0], FRONT)
        lab.measure("misplaced", wrong)

    def _is_wrong(self, person: Customer, path: str) -> bool:
        """Return whether *person* is shown somebody else's name or cart, or not their own."""
        lab = self.lab
        text = person.see(path)
        if user := lab.customers.mistaken_for(person, text):
            whose = lab.customers.name(user)
            lab.find_once("meets_gina", who=person.called, path=path, whose=whose)
            return True
        if person.token not in text:
            lab.find_once("nobody_again", name=person.called, path=path)
            return True
        carts = person.carts_in(text) or [0]
        if person.pieces in carts:
            return False
        values = {"who": person.called, "path": path, "pieces": person.pieces, "shown": carts[0]}
        lab.find_once("wrong_cart", **values)
        return True

    def buy(self) -> None:
        """Count forms of kept pages that are refused; refuse a shop that takes any form."""
        lab = self.lab
        lab.shop.empty_caches()
        self.by_user["gina"].see(FRONT)
        lab.customer().forge(self.products[-1][0])
        buyers = [*self.list[1:], lab.customer(), self.list[0]]
        refused = [person.called for person in buyers if not self._may_buy(person)]
        lab.measure("refused", len(refused))
        if refused:
            lab.find("token_kept", refused=len(refused), forms=len(buyers), who=refused[0])
        for cookie, path in lab.customers.borrowed[:1]:
            lab.foul("borrowed", cookie=cookie, path=path)

    def _may_buy(self, person: Customer) -> bool:
        slug, name = self.products.pop()
        address = f"/cart/add/{slug}/"
        text = person.see(FRONT)
        if not TOKEN.search(text) or address not in text:
            self.lab.foul("button_gone", path=FRONT, product=name)
        answer = person.browser.submit(address, text, {"quantity": "1"})
        if not answer.sends_on:
            return False
        person.pieces += 1
        if name not in html.unescape(person.get("/cart/").text):
            self.lab.foul("cart_broken", product=name, pieces=1)
        return True

    def facts(self) -> dict[str, Any]:
        """Return what the visitors under load have to know."""
        customers = [person for person in self.list if person.token]
        return {
            "pages": self._shelves.names_now(),
            "fragments": sorted(set().union(*(p.browser.fragments for p in self.list))),
            "people": [
                {
                    "name": person.called,
                    "token": person.token,
                    "cookies": person.browser.visitor.cookies,
                    "reads": person.browser.cookies_read,
                }
                for person in customers
            ],
        }
