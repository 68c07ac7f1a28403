"""One customer of a run: a visitor with a browser, perhaps a name, and things in a cart."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tutor.lab.instruments.person import Person, numbers_beside
from tutor.lab.instruments.tickets import ticket
from tutor.probes.http import Response

if TYPE_CHECKING:
    from tutor.lab.instruments.customers import Customers

CART = "/cart/"
COOKIES = ("sessionid", "csrftoken", "messages")
"""Those that the shop itself gives."""


class Customer:
    """A visitor with a browser, and perhaps a name; whatever fails for them is a foul."""

    def __init__(self, customers: Customers, user: str = "") -> None:
        self.lab = customers.lab
        self.browser: Person = self.lab.person()
        self.browser.answered = lambda answer: customers.note(self, answer)
        self.user = user
        self.token = ""
        """What only their own names contain, while they are logged in."""
        self.pieces = 0
        """How many things are in their cart."""
        self._customers = customers

    @property
    def called(self) -> str:
        """What a sentence calls them."""
        return self._customers.name(self.user) if self.token else "a stranger"

    @property
    def cookies(self) -> dict[str, str]:
        """What the shop itself gave them to carry."""
        return {k: v for k, v in self.browser.visitor.cookies.items() if k in COOKIES}

    @property
    def last(self) -> Response:
        """The page they saw last, without what its scripts load."""
        assert self.browser.last is not None
        return self.browser.last

    def get(self, path: str) -> Response:
        """Return the answer to a GET."""
        return self.browser.get(path)

    def see(self, path: str) -> str:
        """Return what stands on the screen; refuse a page that is gone."""
        text = self.browser.see(path)
        if self.last.status != 200:
            self.lab.shop.page(path)  # says why, if it fails for everybody
            self.lab.foul("page_gone", path=path, status=self.last.status)
        return text

    def log_in(self) -> None:
        """Log in; refuse a shop that does not let them."""
        token = self._customers.token_of(self.user)
        answer = self.browser.log_in(*self._customers.key(self.user))
        self._must_pass("login_broken", "/login/", answer)
        account = self.get("/account/")
        if account.status != 200 or token not in account.text:
            self.lab.foul("login_broken", path="/account/", status=account.status)
        self.token = token

    def come_back(self) -> None:
        """Be logged in since yesterday; by the form where the shop knows of no yesterday."""
        if key := ticket(self.lab.shop, self._customers.key(self.user)[0]):
            self.browser.visitor.cookies["sessionid"] = key
            account = self.get("/account/")
            if account.status == 200 and self._customers.token_of(self.user) in account.text:
                self.token = self._customers.token_of(self.user)
                return
            self.browser.visitor.cookies.pop("sessionid", None)
        self.log_in()

    def log_out(self) -> None:
        """Log out."""
        self._must_pass("forms_broken", "/logout/", self.browser.log_out())
        self.token, self.pieces = "", 0

    def submit(self, path: str, form: str, data: Mapping[str, str]) -> None:
        """Send *data* to *path* with the token of the *form* they have before them."""
        self._must_pass("forms_broken", path, self.browser.submit(path, form, data))

    def buy(self, slug: str, pieces: int) -> None:
        """Put *pieces* of a product into the cart."""
        self._must_pass("forms_broken", f"/cart/add/{slug}/", self.browser.add(slug, pieces))
        self.pieces += pieces

    def fill_cart(self, slug: str, product: str, pieces: int) -> None:
        """Put *pieces* of *product* into the cart; refuse a cart that does not hold them."""
        self.buy(slug, pieces)
        # First with a message that says so, then without.
        for _ in range(2):
            cart = html.unescape(self.get(CART).text)
            if product not in cart or f'value="{self.pieces}"' not in cart:
                self.lab.foul("cart_broken", product=product, pieces=self.pieces)

    def must_not_be_put_off(self, path: str) -> None:
        """Refuse a shop that just said the page at *path* is the one they have, which it is not."""
        if self.browser.unchanged:
            self.lab.refuse("said_unchanged", path=path, who=self.called)

    def carts_in(self, text: str) -> list[int]:
        """Return how many things the links to the cart in *text* speak of."""
        return numbers_beside(text, CART)

    def sees_at_once(self, path: str, slug: str) -> bool:
        """Put two more into the cart; return whether the page at *path* counts them at once.

        Once as most people do, and once as whoever blocks analytics: a page that is kept under all
        of somebody's cookies is never found again where one of those changes each time.
        """
        if not self._sees_two_more(path, slug):
            return False
        self.browser.block_analytics()
        return self._sees_two_more(path, slug)

    def _sees_two_more(self, path: str, slug: str) -> bool:
        self.see(path)
        before = self.pieces
        self.buy(slug, 2)
        self.get(CART)  # the message is read there
        carts = self.carts_in(self.see(path))
        if self.pieces in carts:
            return True
        shown = carts[0] if carts else 0
        self.must_not_be_put_off(path)
        if shown == before:
            self.lab.find_once("old_cart", who=self.called, pieces=self.pieces, shown=shown)
        return False

    def must_be_greeted(self, path: str) -> None:
        """Refuse a page that greets nobody, not even whoever comes first."""
        text = self.see(path)
        values = {"path": path, "name": self.called, "pieces": self.pieces}
        is_named = self.token in text
        if is_named and self.pieces in self.carts_in(text):
            return
        self.must_not_be_put_off(path)
        says = is_named and "number_gone" in self.lab.level.finding_kinds
        self.lab.foul("number_gone" if says else "greeting_gone", **values)

    def must_publish(self, slug: str) -> None:
        """Review a product; refuse a page that does not show it at once, and go on showing it."""
        path = f"/product/{slug}/"
        review = {"stars": "4", "text": f"Calm. {self.lab.token()}", "author_name": "Om"}
        self.submit(path, self.get(path).text, review)
        # First with a message that says so, then without.
        for _ in range(2):
            if review["text"] not in self.get(path).text:
                self.lab.foul("old_review", path=path)

    def forge(self, slug: str) -> None:
        """Send a form without its token; refuse a shop that takes it."""
        path = f"/cart/add/{slug}/"
        answer = self.browser.visitor.post(path, {"quantity": "1"})
        if answer.status != 403:
            self.lab.foul("csrf_gone", path=path, status=answer.status)

    def _must_pass(self, foul: str, path: str, answer: Response) -> None:
        """Refuse a form that did not lead on."""
        if not answer.sends_on:
            self.lab.foul(foul, path=path, status=answer.status)
