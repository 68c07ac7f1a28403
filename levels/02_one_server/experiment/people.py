"""Whom the shop knows by name or by cart: is each greeted as themselves?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from .pages import FRESH_WITHIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tutor.lab import Customer, Fault, Lab

WORST_FIRST = ("somebody_else", "not_greeted", "wrong_cart")
"""Whoever reads the page of a namesake finds only the cart wrong, and the name is what is told."""
MOST_PIECES = 9
"""Of one thing in a cart."""


class People:
    """Customers and strangers of one run, two of whom have one name, and two as much to buy."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._guests: list[Customer] = []

    def arrive(self) -> None:
        """Let people log in and fill their carts; refuse pages that mistake one for another."""
        lab = self.lab
        lab.step("greeting")
        cards = [card for card in lab.live_products().all.values() if card["stock"] > MOST_PIECES]
        guests = [lab.customer(user) for user in ("gina", "lotte", "asha", "")]
        wanted = lab.random.sample(cards, len(guests))
        some, more = lab.random.sample(range(2, MOST_PIECES), 2)
        # Two have one name, and two that have none in common have as much in their carts.
        numbers = (some, more, some, more)
        for guest, card, pieces in zip(guests, wanted, numbers, strict=True):
            if guest.user:
                guest.come_back()
            guest.fill_cart(card[""], card["name"], pieces)
        self._guests = [*guests, lab.customer()]
        for path in self._kinds_of_pages():
            faults = self.faults(path)
            if faults and faults[0][0] == "not_greeted":
                # Kept for a stranger, perhaps. Once that is over a customer comes first.
                lab.cancel.wait(FRESH_WITHIN)
                faults = self.faults(path) or faults
            for foul, params in faults:
                lab.foul(foul, **params)

    def faults(self, path: str) -> list[Fault]:
        """Have all open a page right after each other; return who is not who they are there."""
        return sorted(self._greeted(path), key=lambda fault: WORST_FIRST.index(fault[0]))

    def _greeted(self, path: str) -> Iterator[Fault]:
        # A customer first: what is kept for others is then seen by others.
        first, *others = self._guests
        for guest in (first, *self.lab.random.sample(others, len(others))):
            text = guest.see(path)
            if user := self.lab.customers.mistaken_for(guest, text):
                whose = self.lab.customers.name(user)
                yield "somebody_else", {"who": guest.called, "path": path, "whose": whose}
            elif guest.token not in text:
                yield "not_greeted", {"name": guest.called, "path": path}
            elif guest.pieces not in (guest.carts_in(text) or [0]):
                shown = (guest.carts_in(text) or [0])[0]
                cart = {"pieces": guest.pieces, "shown": shown}
                yield "wrong_cart", {"who": guest.called, "path": path, **cart}

    def _kinds_of_pages(self) -> list[str]:
        """Return a page of every kind that greets people, two of those that visitors come for."""
        shelves, chance = self.lab.live_products(), self.lab.random
        slug = chance.choice(list(shelves.all))
        word = shelves.all[slug]["brand"].split()[0]
        shown = chance.sample(list(shelves.by_path), 2)
        return [*shown, "/", f"/search/?q={quote(word)}", f"/product/{slug}/"]
