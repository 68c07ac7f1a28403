"""Level 3: does the cache save work for visitors with different cookies, and is the shop still one?

A hit is a page for which PostgreSQL was not asked for products, whatever keeps it and at whatever
depth. Names, products and cookies are new in each run. Pages are read as a browser reads them:
with the fragments that their scripts load.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Customer, Lab, Shop

FRONT = "/"
VISITORS, VISITORS_QUICK = 24, 12
FEW = 40
"""Products that are enough to tell one page from another; under load all of them are live."""
ENOUGH = 90
PAGES = "views.decorators.cache"
"""What the keys of whole pages contain that Django keeps; any other key is part of a page."""


class Experiment:
    """Judges one shop by the visits for which it makes no page, and by what visitors see."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.live: list[int] = []
        """The products that are live on an ordinary day."""
        self.pages: list[str] = []
        """The pages that are looked at: the front page and some category."""
        self.others: list[str] = []
        """Pages that nothing is counted on."""
        self.products: list[tuple[str, str]] = []
        """Slugs and names of products that nobody bought yet."""

    def prepare(self) -> None:
        """Give products and customers names that nobody knows."""
        self.lab.step("renaming")
        token = self.lab.token()

        def rename(shop: Shop) -> None:
            live = shop.sql("SELECT id FROM catalog_product WHERE is_live")
            self.live = [key for (key,) in live]
            self.lab.rename_products(shop, token, FEW)

        self.lab.before_migrations(rename)

    def check(self) -> None:
        """Count hits, empty the cache, then look at the shop with four pairs of eyes."""
        self.lab.step("counting")
        self._choose_pages()
        rate = self.lab.cache_contents.hit_rate(
            self.pages, VISITORS_QUICK if self.lab.quick else VISITORS
        )
        self.lab.measure("hit_rate", rate)
        self._refuse_borrowed()
        if rate < ENOUGH:
            self._explain()
        self.lab.step("emptying")
        self._empty_and_change()
        self.lab.step("using")
        people = self._arrive()
        if rate < ENOUGH:
            return
        self.lab.step("comparing")
        self._compare(people)
        self._refuse_borrowed()
        if not self.lab.measures["misplaced"] and not self.lab.measures["echoes"]:
            # Whoever shows one visitor's page to another has been told; all others are looked at
            # whole.
            self.lab.step("surveying")
            self.lab.survey(an_hour_later=True)

    def load(self) -> None:
        """Send visitors, each with cookies of their own."""
        plan = self.lab.level.load
        self.lab.step("loading", users=plan.users, seconds=plan.seconds)
        self.lab.shop.sql(
            "UPDATE catalog_product SET is_live = true WHERE id = ANY(%s)", [self.live]
        )
        self.lab.shop.empty_caches()
        # The first visit is nobody's merit: on a busy machine it would be one of few.
        first = self.lab.customer()
        for path in self.pages:
            self.lab.cache_contents.must_show(path, first.see(path))
        facts = {
            "pages": {path: self.lab.live_products().names(path) for path in self.pages},
            "fragments": sorted(first.browser.fragments),
        }
        with self.lab.counting() as statements:
            total = self.lab.load(facts=facts)
        renders = self.lab.asked_for_products(statements.texts) / max(
            1, *self.lab.cache_contents.asked.values()
        )
        self.lab.measure(
            "load_hit_rate", math.floor(1000 * max(0, 1 - renders / total.requests)) / 10
        )
        if total.failures:
            example = self.lab.in_kinds(total.errors, total.failures)
            self.lab.foul("wrong_under_load", count=total.failures, example=example)

    def settle(self) -> None:
        """Nothing may have been kept that the cache does not know of; what is kept must last."""
        self.lab.step("emptying")
        self._empty_and_change()
        # Where nothing is kept at all, nothing is kept too shortly.
        if self.lab.measures["hit_rate"] >= ENOUGH:
            self.lab.step("waiting")
            self.lab.cache_contents.must_last(self.others[0])

    # -- hits --------------------------------------------------------------------------------------

    def _explain(self) -> None:
        """Say at which door the page that is made most often was turned away."""
        kept = self.lab.cache_contents
        path = kept.worst
        if all(len(comments) == 1 for comments in kept.comments.values()):
            self.lab.find(
                "comment_frozen",
                visits=self.lab.measures["visits"],
                renders=self.lab.measures["renders"],
            )
        if kept.is_made_anew(path, {}):
            self._explain_answer(path)
        elif kept.is_made_anew(path, {"_ga": "GA1.1.1"}):
            self.lab.find("turned_away", path=path)
        elif kept.is_made_anew(path, {}, browser="Palace"):
            vary = self.lab.shop.page(path).headers.get("vary", "–")
            self.lab.find("one_per_browser", path=path, vary=vary)
        else:
            self.lab.find("one_each", vary=self.lab.shop.page(path).headers.get("vary", "–"))

    def _explain_answer(self, path: str) -> None:
        """Say which part asks beside what is kept, or what keeps the answer out of the cache."""
        keys = self.lab.cache_entries().keys()
        if any(PAGES not in key for key in keys):
            for group in self.lab.shop.trace(path).groups:
                if self.lab.asked_for_products([group.statement]):
                    where = {"file": group.file, "line": group.line, "code": group.code}
                    self.lab.find("part_asks", path=path, **where)
                    return
        headers = self.lab.shop.page(path).headers
        names = re.findall(r"(?m)^\s*([\w-]+)=", headers.get("set-cookie", ""))
        if names and "cookie" in headers.get("vary", "").lower():
            self.lab.find("never_kept", path=path, cookies=", ".join(sorted(set(names))))
        else:
            self.lab.find("not_kept", path=path, control=headers.get("cache-control", "–"))

    # -- is it still the shop? ---------------------------------------------------------------------

    def _choose_pages(self) -> None:
        """Choose the front page and some category to look at, and two others."""
        paths = self.lab.random.sample(list(self.lab.live_products().by_path), 3)
        self.pages, self.others = [FRONT, paths[0]], paths[1:]

    def _empty_and_change(self) -> None:
        """Refuse a page that is kept where an empty cache does not help."""
        shop = self.lab.shop
        for path in self.pages:
            self.lab.refuse_kept(path)
        shop.empty_caches()
        for path in [*self.others, *self.pages]:
            self.lab.cache_contents.must_show(path, self.lab.customer().see(path))

    def _arrive(self) -> dict[str, Customer]:
        """Let everybody log in and fill their carts; refuse a shop in which that fails."""
        query = "SELECT slug, name FROM catalog_product WHERE is_live ORDER BY random()"
        self.products = products = [(slug, name) for slug, name in self.lab.shop.sql(query)]
        people = self.lab.customers.arrive(products)
        people["nobody"] = self.lab.customer()
        self.lab.customers.forms_need_tokens(products.pop()[0])
        self.lab.cache_contents.must_find([products.pop()[1], products.pop()[1]])
        self.lab.cache_contents.must_stay_what_they_are()
        self.lab.cache_contents.must_survive_a_head(self.pages)
        return people

    def _refuse_borrowed(self) -> None:
        """Refuse a shop that hands the session or the secret of one visitor to another."""
        for cookie, path in self.lab.customers.borrowed[:1]:
            self.lab.foul("borrowed", cookie=cookie, path=path)

    # -- who sees what -----------------------------------------------------------------------------

    def _compare(self, people: dict[str, Customer]) -> None:
        """Count what is said to the wrong one: names and carts, then messages."""
        wrong = 0
        names = [*self.lab.customers.tokens, "", "nobody"]
        for path in self.pages[: 1 if self.lab.quick else 2]:
            for user in list(self.lab.customers.tokens)[: 1 if self.lab.quick else 2]:
                # With an empty cache even Betty's first try greeted somebody.
                self.lab.shop.empty_caches()
                people[user].must_be_greeted(path)
            for first in ("gina", "nobody"):
                rest = [name for name in names if name != first]
                self.lab.random.shuffle(rest)
                self.lab.shop.empty_caches()
                for name in [first, *rest]:
                    wrong += self._is_wrong(people[name], path)
        wrong += sum(
            not people[name].sees_at_once(FRONT, self.products.pop()[0]) for name in ("gina", "")
        )
        self.lab.measure("misplaced", wrong)
        self.lab.measure("echoes", self._messages(people))

    def _is_wrong(self, person: Customer, path: str) -> bool:
        """Return whether *person* is shown somebody else's name or cart, or not their own."""
        text = person.see(path)
        if user := self.lab.customers.mistaken_for(person, text):
            whose = self.lab.customers.name(user)
            self.lab.find_once("meets_gina", who=person.called, path=path, whose=whose)
            return True
        if person.token not in text:
            self.lab.find_once("nobody_again", name=person.called, path=path)
            return True
        carts = person.carts_in(text) or [0]
        if person.pieces in carts:
            return False
        values = {"who": person.called, "path": path, "pieces": person.pieces, "shown": carts[0]}
        self.lab.find_once("wrong_cart", **values)
        return True

    def _messages(self, people: dict[str, Customer]) -> int:
        """Return how many read a message that was not for them, or not theirs."""
        customers = self.lab.customers
        echoes = customers.purchase_echoes(people, self.products, FRONT)
        return echoes + customers.review_echoes(self.products.pop()[0], FRONT)
