"""The people of a run: customers whose names nobody knows, and strangers."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

from tutor.lab.instruments.context import Context
from tutor.lab.instruments.customer import COOKIES, Customer
from tutor.lab.shop import Shop
from tutor.probes.http import Response

NAMES = {"gina": "Gina", "asha": "Asha", "tomas": "Tomas"}
"""First names, by the user names the seed gives."""
PASSWORD = "namaste"  # noqa: S105 - of every seeded account
NAMESAKES = {"lotte": "gina"}
"""Whoever is called by the first name of somebody else; their last names differ."""
Product = tuple[str, str]
"""Slug and name."""
MADE_AT = re.compile(rb"<!--\s*generated at\s*(.*?)\s*-->")
"""The moment at which a page says that it was made."""
RENAME = "UPDATE public.auth_user SET first_name = %s, username = %s WHERE username = %s"


class Customers:
    """Whoever comes to the shop in a run, and which cookies they were given."""

    def __init__(self, lab: Context) -> None:
        self.lab = lab
        self.tokens = {user: lab.token() for user in NAMES}
        """By user, what only their names contain; the name of a namesake contains it too."""
        self._secrets = {user: lab.token() for user in NAMESAKES}
        self.borrowed: list[tuple[str, str]] = []
        """Name and page of each cookie that was given to somebody else before."""
        self._issued: dict[tuple[str, str], Customer] = {}
        """By name and value, whom a cookie was given to first."""
        self._pages: dict[bytes, str] = {}
        """By the moment it was made at, the user whom a page was given to first."""

    def rename(self, shop: Shop) -> None:
        """Give the customers of *shop* their names of this run."""
        for user in (*self.tokens, *NAMESAKES):
            shop.sql(RENAME, [self.name(user), self.key(user)[0], user])

    def key(self, user: str) -> tuple[str, str]:
        """Return with which name and password *user* logs in."""
        return f"{user}-{self._secrets.get(user) or self.tokens[user]}", PASSWORD

    def token_of(self, user: str) -> str:
        """Return what the name of *user* contains; a namesake has it in common with another."""
        return self.tokens[NAMESAKES.get(user, user)]

    def name(self, user: str) -> str:
        """Return the name by which the shop greets *user*."""
        user = NAMESAKES.get(user, user)
        return f"{NAMES[user]}-{self.tokens[user]}"

    def mistaken_for(self, customer: Customer, text: str) -> str:
        """Return the user whose name *customer* reads in *text*; empty where it is nobody's."""
        for user, token in self.tokens.items():
            if token != customer.token and token in text:
                return user
        return ""

    def echoes(self, message: str, path: str, owner: Customer, others: Sequence[Customer]) -> int:
        """Return how many read the *message* of *owner* too, or *owner* twice.

        Refuse a page on which *owner* does not read it at all.
        """
        if message not in html.unescape(owner.see(path)):
            owner.must_not_be_put_off(path)
            self.lab.foul("message_gone", path=path, message=message)
        echoes = 0
        for other in (*others, owner):
            if message in html.unescape(other.see(path)):
                self.lab.find_once("echo", message=message, who=other.called)
                echoes += 1
        return echoes

    def note(self, customer: Customer, answer: Response) -> None:
        """Note whose page an answer is, and cookies that somebody else was given before."""
        if made_at := MADE_AT.search(answer.body):
            self._pages.setdefault(made_at[1], customer.user)
        for line in answer.headers.get("set-cookie", "").split("\n"):
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0].strip('"')
            if name not in COOKIES or not value:
                continue
            first = self._issued.setdefault((name, value), customer)
            # Two people may be told the same thing; only one may have a session or a secret.
            if first is not customer and name != "messages":
                self.borrowed.append((name, answer.path))

    def is_handed_on(self, customer: Customer, path: str, user: str) -> bool:
        """Return whether the page that *customer* just got at *path* was made for *user*.

        Otherwise it was made for them, or for another stranger, and a smaller part of it is kept.
        """
        if not (made_at := MADE_AT.search(customer.last.body)):
            return bool(customer.token) and self._next_one(path).body == customer.last.body
        if self._pages.get(made_at[1]) == customer.user and customer.token:
            # Nobody was given it before: a HEAD may have had it made. Then the next one gets it.
            next_one = MADE_AT.search(self._next_one(path).body)
            if next_one and next_one[1] == made_at[1]:
                self._pages[made_at[1]] = user
        return self._pages.get(made_at[1]) == user

    def _next_one(self, path: str) -> Response:
        return self.lab.customer().get(path)

    # -- what several levels have people do --------------------------------------------------------

    def arrive(self, products: list[Product], *, visits: int = 2) -> dict[str, Customer]:
        """Have every customer log in, and a stranger come, and let them fill their carts.

        Returns them by user, the stranger under the empty name. Each takes one of *products* off
        the list and puts it into the cart in so many *visits*; a cart that does not hold it is
        refused. No two have as many things. Asha blocks analytics.
        """
        people = {user: self.lab.customer(user) for user in self.tokens} | {"": self.lab.customer()}
        people["asha"].browser.block_analytics()
        pieces = iter(self.lab.random.sample(range(11, 40), len(people)))
        for person in people.values():
            if person.user:
                person.log_in()
            slug, name = products.pop()
            for more in (next(pieces), 1)[:visits]:
                person.fill_cart(slug, name, more)
        return people

    def forms_need_tokens(self, slug: str) -> None:
        """Refuse a shop that takes a form from anywhere, or a review from nobody."""
        self.lab.customer().must_publish(slug)
        self.lab.customer().forge(slug)

    def purchase_echoes(
        self, people: Mapping[str, Customer], products: list[Product], path: str
    ) -> int:
        """Return how many read at *path* that somebody else put something into the cart.

        Whoever bought counts where they read it twice. A customer buys, then a stranger.
        """
        echoes = 0
        for name in ("asha", ""):
            person = people[name]
            slug, product = products.pop()
            self.lab.shop.empty_caches()
            person.buy(slug, 1)
            others = (people["tomas"], people["nobody"], self.lab.customer())
            echoes += self.echoes(f"{product} is in your cart", path, person, others)
        return echoes

    def review_echoes(self, slug: str, path: str) -> int:
        """Return how many read at *path* the thanks for a review they did not write.

        Whoever reviews without an account has no session: the message travels in a cookie of its
        own.
        """
        reviewer = self.lab.customer()
        page = f"/product/{slug}/"
        review = {"stars": "5", "text": "Lay down. Stayed down.", "author_name": "Om"}
        form = reviewer.get(page).text
        self.lab.shop.empty_caches()
        reviewer.submit(page, form, review)
        return self.echoes("Your review is online", path, reviewer, [self.lab.customer()])
