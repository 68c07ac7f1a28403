"""Level 4: who sees whose name, cart and message, while strangers still share their pages?

Judged by what is on the screen, never by a header: people open pages in different orders, after a
logout, after a HEAD, with a message waiting, all at once. Names, products and cookies are new in
each run. Pages are read as a browser reads them: with the fragments that their scripts load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Customer, Lab, Shop

FRONT = "/"
VISITORS, VISITORS_QUICK = 24, 12
TWIN = "as many as gina"
FEW = 40
"""Products that are enough to tell one page from another."""
ENOUGH = 90
FLUSH_EVERY = 4
"""Tenths of a second under load after which the cache is empty once more: all race to be first."""


class Experiment:
    """Judges one shop by what each of its visitors sees of themselves and of others."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.pages: list[str] = []
        """The pages that are looked at; the first two are kept for strangers."""
        self.products: list[tuple[str, str]] = []
        """Slugs and names of products that nobody bought yet."""
        self.people: dict[str, Customer] = {}

    def prepare(self) -> None:
        """Give products and customers names that nobody knows."""
        self.lab.step("renaming")
        token = self.lab.token()

        def rename(shop: Shop) -> None:
            self.lab.rename_products(shop, token, FEW)

        self.lab.before_migrations(rename)

    def check(self) -> None:
        """Use the shop, compare what everybody sees, then count hits."""
        self.lab.step("using")
        self._choose_pages()
        people = self._arrive()
        self.lab.step("comparing")
        self._compare(people)
        self.lab.step("counting")
        many = VISITORS_QUICK if self.lab.quick else VISITORS
        self.lab.measure("hit_rate", self.lab.cache_contents.hit_rate(self.pages[:2], many))
        if self.lab.measures["hit_rate"] < ENOUGH:
            self.lab.find(
                "hits_lost",
                renders=self.lab.measures["renders"],
                visits=self.lab.measures["visits"],
            )
        for path in self.pages[:2]:
            self.lab.refuse_kept(path)
        self.people = people
        if not any(
            self.lab.measures[name] for name in ("misgreeted", "carts", "echoes", "borrowed")
        ):
            # Whoever shows one visitor's page to another has been told; all others are looked at
            # whole.
            self.lab.step("surveying")
            self.lab.survey(an_hour_later=True)

    def load(self) -> None:
        """Send everybody at once, and empty the cache under them again and again."""
        plan = self.lab.level.load
        self.lab.step("loading", users=plan.users, seconds=plan.seconds)
        people = [person for person in self.people.values() if person.token]
        facts = {
            "pages": {path: self.lab.live_products().names(path) for path in self.pages[:2]},
            "fragments": sorted(set().union(*(p.browser.fragments for p in self.people.values()))),
            "people": [
                {
                    "name": p.called,
                    "token": p.token,
                    "cookies": p.browser.visitor.cookies,
                    "reads": p.browser.cookies_read,
                }
                for p in people
            ],
        }
        ticks = iter(range(10**9))

        def empty_now_and_then() -> None:
            if next(ticks) % FLUSH_EVERY == 0:
                self.lab.shop.empty_caches()

        total = self.lab.load(facts=facts, during=empty_now_and_then)
        if total.failures:
            kind, _ = self.lab.largest(total.errors)
            example = self.lab.in_kinds(total.errors, total.failures)
            together = (
                "only_together" if kind == "greeted" and not self.lab.findings else "together"
            )
            self.lab.find(together, count=total.failures, example=example)

    def settle(self) -> None:
        """After the crowd is gone, everybody must still be themselves."""
        self.lab.step("comparing")
        wrong = 0
        self.lab.shop.empty_caches()
        for name in self._order("asha"):
            wrong += self._is_misgreeted(self.people[name], FRONT)
        self.lab.measure("misgreeted", self.lab.measures["misgreeted"] + wrong)
        self._measure_borrowed()
        if self.lab.measures["hit_rate"] >= ENOUGH:
            self.lab.step("waiting")
            self.lab.cache_contents.must_last(self.pages[1])

    # -- is it still the shop? ---------------------------------------------------------------------

    def _choose_pages(self) -> None:
        """Choose the pages to look at: two public ones, a search, and two that are personal."""
        rows = self.lab.shop.sql(
            "SELECT slug, name FROM catalog_product WHERE is_live ORDER BY random()"
        )
        self.products = [(slug, name) for slug, name in rows]
        slug, name = self.products.pop()
        words = name.rpartition(" ")[2]
        self.pages = [
            *(FRONT, self.lab.random.choice(list(self.lab.live_products().by_path))),
            *(f"/search/?q={words}", f"/product/{slug}/", "/cart/"),
        ]
        self.lab.cache_contents.must_find([name, self.products.pop()[1]])
        self.lab.cache_contents.must_stay_what_they_are()
        self.lab.cache_contents.must_survive_a_head(self.pages[:2])

    def _arrive(self) -> dict[str, Customer]:
        """Let everybody log in and fill their carts; refuse a shop in which that fails."""
        people = self.lab.customers.arrive(self.products, visits=1 if self.lab.quick else 2)
        # Somebody else has as many things: a number says nothing about whose they are.
        people[TWIN] = self.lab.customer()
        people[TWIN].fill_cart(*self.products.pop(), people["gina"].pieces)
        people["nobody"] = self.lab.customer()
        self.lab.customers.forms_need_tokens(self.products[-1][0])
        return people

    # -- who sees what -----------------------------------------------------------------------------

    def _compare(self, people: dict[str, Customer]) -> None:
        """Count who is shown a wrong name, a wrong cart, somebody else's message or cookie."""
        misgreeted = carts = 0
        for path in self.pages:
            # With an empty cache even Betty's first try greeted somebody.
            self.lab.shop.empty_caches()
            people["gina"].must_be_greeted(path)
            for order in self._orders(path):
                if order[0] != "gina":
                    self.lab.shop.empty_caches()
                for name in order:
                    text = people[name].see(path)
                    is_wrong = self._is_misgreeted(people[name], path, text)
                    misgreeted += is_wrong
                    carts += self._has_wrong_cart(people[name], path, text, tell=not is_wrong)
        misgreeted += self._head_first(people)
        carts += sum(
            not people[name].sees_at_once(FRONT, self.products.pop()[0]) for name in ("gina", "")
        )
        self.lab.measure("carts", carts)
        self.lab.measure("echoes", self._messages(people))
        misgreeted += self._log_out(people)
        self.lab.measure("misgreeted", misgreeted)
        self._measure_borrowed()

    def _measure_borrowed(self) -> None:
        """Count the cookies that were given to somebody else as well; name one."""
        borrowed = self.lab.customers.borrowed
        for cookie, path in borrowed[:1]:
            self.lab.find_once("borrowed", cookie=cookie, path=path)
        self.lab.measure("borrowed", len(borrowed))

    def _order(self, first: str) -> list[str]:
        """Return everybody, beginning with *first*."""
        rest = [name for name in (*self.lab.customers.tokens, "", TWIN, "nobody") if name != first]
        self.lab.random.shuffle(rest)
        return [first, *rest]

    def _orders(self, path: str) -> list[list[str]]:
        """Return in which orders people open *path*; in haste, fewer where it is not the front.

        No page is left out: whether one is looked at must not be a matter of luck.
        """
        if not self.lab.quick:
            return [self._order(first) for first in ("gina", "nobody", "asha")]
        if path == FRONT:
            return [self._order(first) for first in ("gina", "nobody")]
        return [["gina", "asha", "", "nobody"], ["nobody", "gina"]]

    def _is_misgreeted(self, person: Customer, path: str, seen: str = "") -> bool:
        """Return whether *person* reads somebody else's name, or not their own."""
        text = seen or person.see(path)
        if user := self.lab.customers.mistaken_for(person, text):
            self._explain(person, path, user)
            return True
        if person.token not in text:
            self.lab.find_once("nobody_again", name=person.called, path=path)
            return True
        return False

    def _explain(self, person: Customer, path: str, user: str) -> None:
        """Say what was kept: what a script fetched, a part of the page, or the page itself."""
        token, whose, last = (
            self.lab.customers.tokens[user],
            self.lab.customers.name(user),
            person.last,
        )
        values = {"who": person.called, "path": path, "whose": whose}
        for address, text in person.browser.loaded.items():
            if token in text and token not in last.text:
                self.lab.find_once("kept_fetch", **values, address=address)
                return
        if not self.lab.customers.is_handed_on(person, path, user):
            self.lab.find_once("kept_part", **values)
            return
        headers = last.headers
        control = headers.get("cache-control", "")
        if "private" in control or "cookie" in headers.get("vary", "").lower():
            claims = f"Vary: {headers.get('vary', '–')}; Cache-Control: {control or '–'}"
            self.lab.find_once("headers_lie", path=path, claims=claims, whose=whose)
        else:
            self.lab.find_once("kept_page", **values)

    def _has_wrong_cart(self, person: Customer, path: str, text: str, *, tell: bool) -> bool:
        """Return whether the header counts other things than are in *person*'s cart."""
        carts = person.carts_in(text)
        if person.pieces in (carts or [0]):
            return False
        shown = carts[0] if carts else 0
        if tell:
            self.lab.find_once(
                "wrong_cart", who=person.called, path=path, pieces=person.pieces, shown=shown
            )
        return True

    def _head_first(self, people: dict[str, Customer]) -> int:
        """Return how many are misgreeted after a HEAD: it may make the page that a GET is given."""
        wrong = 0
        for path in self.pages[:2]:
            self.lab.shop.empty_caches()
            people["gina"].browser.visitor.head(path)
            wrong += sum(self._is_misgreeted(people[name], path) for name in ("asha", "nobody"))
        return wrong

    def _messages(self, people: dict[str, Customer]) -> int:
        """Return how many read a message that was not for them, or twice what was."""
        customers = self.lab.customers
        echoes = customers.purchase_echoes(people, self.products, FRONT)
        return echoes + customers.review_echoes(self.products.pop()[0], FRONT)

    def _log_out(self, people: dict[str, Customer]) -> int:
        """Return how many still see a name after its owner has left, the owner included."""
        tomas = people["tomas"]
        for path in self.pages[:3]:
            tomas.see(path)
        tomas.log_out()
        wrong = 0
        for path in self.pages[:3]:
            for person in (tomas, people["nobody"], self.lab.customer(), people["gina"]):
                wrong += self._is_misgreeted(person, path)
        return wrong
