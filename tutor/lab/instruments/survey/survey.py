"""Open every page of the shop as several kinds of visitor, and compare it with the database.

Then staff change every field that is shown, and the pages are compared again. What counts is what
a visitor sees; why a page is wrong is told by whether it is right for the data as they were before.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from urllib.parse import quote_plus

from tutor.lab.instruments.clock import HOUR
from tutor.lab.instruments.context import Context
from tutor.lab.instruments.survey import reading
from tutor.lab.instruments.survey.changes import Changes
from tutor.lab.instruments.survey.people import STRANGER, People
from tutor.lab.instruments.survey.problem import ORDER, Problem, worst
from tutor.lab.instruments.survey.truth import Truth
from tutor.probes.http import SENT_ON, Response

FRONT = "/"
NOWHERE = "breathless"
"""A word that no product knows."""
EVERY = 0.1
"""Seconds between two looks where a change may take its time."""
RENEWED_WITHIN = 2.0
"""Seconds in which a page that was kept too long is made anew behind whoever is shown it."""
CLOSED = ("/account/", "/admin/", "/admin/catalog/product/")
"""Pages that nobody sees without a login; the account is every customer's own."""
SHUT: tuple[int, ...] = (301, *SENT_ON, 401, 403, 404)
GONE: tuple[int, ...] = (404, 410)

Check = Callable[[str, Truth], Iterator[Problem]]
"""From what stands on the page, and the truth, to what is wrong."""

Seen = tuple[str, Response]
"""What stands on the screen, and the answer that brought it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A page as one visitor is to see it."""

    path: str
    user: str
    check: Check


class Survey:
    """One survey of the shop under test.

    A change must show *within* so many seconds, or *an hour later* as the caches count, where
    nothing better is promised. A *thorough* one opens more pages, with
    more visitors, and changes every field that is shown; a quick one changes the product and some
    others, by chance.
    """

    def __init__(
        self,
        lab: Context,
        *,
        within: float = 0.0,
        an_hour_later: bool = False,
        thorough: bool = False,
    ) -> None:
        self.lab = lab
        self.shop = lab.shop
        # What is renewed behind the back of whoever asks first is right a moment later.
        self.within = max(within, RENEWED_WITHIN if an_hour_later else 0.0)
        self.an_hour_later = an_hour_later
        self.thorough = thorough
        self.truth = Truth.of(self.shop)
        slugs = list(self.truth.shelves.all)
        lab.random.shuffle(slugs)
        sold = [slug for slug in slugs if self.truth.shelves.all[slug]["stock"]]
        self.slugs = slugs
        users = ["gina", "lotte", "asha", "tomas"] if thorough else ["gina", "lotte"]
        if an_hour_later:
            self.shop.empty_caches()
        self.people = People(lab, users, sold[: len(users)] or slugs[: len(users)])
        self.chosen = slugs[0]
        """The product whose page is looked at, and that staff will edit."""
        self.truth.read_reviews(self.chosen)

    def play(self) -> None:
        """Look, change, and look again; refuse what is wrong."""
        visits = self._visits()
        # What the customers bought is known everywhere before anybody keeps a page of it.
        self.lab.standbys().catch_up()
        self._look(visits, None)
        self._doors()
        before = self.truth
        changes = Changes(self.lab, self.shop, before, self.chosen, self.slugs[1:])
        changes.make(thorough=self.thorough)
        self.truth = Truth.of(self.shop)
        self.truth.read_reviews(self.chosen)
        self._let_time_pass()
        self._look(self._visits_after(changes), before)
        self._sell(changes)

    def _sell(self, changes: Changes) -> None:
        """Have something be sold, and look again.

        Whoever hears of what staff save must hear of what a checkout takes, too.
        """
        before, sold = self.truth, changes.sell()
        self.truth = Truth.of(self.shop)
        self._let_time_pass()
        shelves = [p for p, cards in self.truth.shelves.by_path.items() if sold in cards]
        self._look([self._listing(path, "") for path in (FRONT, *shelves)], before)

    def _let_time_pass(self) -> None:
        """Let an hour pass where nothing better is promised: no replica is behind by then."""
        if self.an_hour_later:
            self.lab.standbys().catch_up()
            self.shop.age_caches(HOUR)

    # -- which pages -------------------------------------------------------------------------------

    def _visits(self) -> list[Visit]:
        lab, truth = self.lab, self.truth
        users = list(self.people.customers)
        paths = list(truth.shelves.by_path)
        lab.random.shuffle(paths)
        some = paths if self.thorough else paths[:2]
        visits = [self._listing(FRONT, "")]
        visits += [self._listing(FRONT, user) for user in (users if self.thorough else users[:1])]
        for number, path in enumerate(some):
            visits.append(self._listing(path, ""))
            visits.append(self._listing(path, users[-1 - number % len(users)]))
        words = [truth.details[self.chosen].brand, truth.shelves.all[self.slugs[-1]]["name"]]
        visits += [
            self._search(word, user) for word, user in zip(words, ("", users[0]), strict=True)
        ]
        # What the edited product is called by now is asked for again once it is called otherwise.
        once_more = truth.shelves.all[self.chosen]["name"]
        visits += [self._search(word, "") for word in (*self._rare_tags(), once_more, NOWHERE)]
        visits += [self._product(self.chosen, user) for user in ("", users[0])]
        visits += [self._stock_list(), self._static("/login/"), self._static("/signup/")]
        visits += [self._picture()]
        lab.random.shuffle(visits)
        for user in users:
            visits += [self._cart(user), self._account(user)]
        visits += [self._checkout(users[0]), self._order(users[0], users[-1])]
        if self.thorough:
            visits += [self._delivery(), self._order(users[-1], users[0])]
        return visits

    def _rare_tags(self) -> list[str]:
        """Return a tag by which alone some products are found, of those with the fewest products.

        Tags stand on no card, so a search that forgets them looks right with any other word.
        """
        cards, details = self.truth.shelves.all, self.truth.details
        worn = Counter(
            tag
            for slug, card in cards.items()
            for tag in details[slug].tags
            if not any(
                tag.lower() in text.lower()
                for text in (card["name"], details[slug].brand, details[slug].category)
            )
        )
        return sorted(worn, key=lambda tag: worn[tag])[:1]

    def _visits_after(self, changes: Changes) -> list[Visit]:
        truth = self.truth
        users = list(self.people.customers)
        visits = [self._listing(FRONT, "")]
        if self.thorough:
            visits.append(self._listing(FRONT, users[0]))
        visits += [self._listing(path, "") for path in changes.categories(truth)]
        if self.chosen in truth.shelves.all:
            visits.append(self._product(self.chosen, ""))
            visits.append(self._search(changes.token, ""))
        visits.append(self._search(changes.old_word, ""))
        visits += [self._stock_list(), self._cart(users[0])]
        return visits

    def _listing(self, path: str, user: str) -> Visit:
        def check(text: str, truth: Truth) -> Iterator[Problem]:
            expected = truth.shelves.all if path == FRONT else truth.shelves.by_path.get(path, {})
            yield from reading.listing(path, self._who(user), text, expected)
            if path in truth.categories:
                name, tagline = truth.categories[path]
                wanted = [("category", name), ("tagline", tagline)]
                yield from reading.says_all(path, self._who(user), text, wanted)

        return self._page(path, user, check)

    def _search(self, words: str, user: str) -> Visit:
        path = f"/search/?q={quote_plus(words)}"

        def check(text: str, truth: Truth) -> Iterator[Problem]:
            yield from reading.listing(path, self._who(user), text, truth.found(words))

        return self._page(path, user, check)

    def _product(self, slug: str, user: str) -> Visit:
        path = f"/product/{slug}/"

        def check(text: str, truth: Truth) -> Iterator[Problem]:
            yield from reading.product(path, self._who(user), text, slug, truth)

        return self._page(path, user, check)

    def _stock_list(self) -> Visit:
        path = "/stock.csv"

        def check(text: str, truth: Truth) -> Iterator[Problem]:
            yield from reading.stock_list(path, STRANGER, text, truth)

        return Visit(path, "", check)

    def _cart(self, user: str) -> Visit:
        def check(text: str, truth: Truth) -> Iterator[Problem]:
            card = truth.shelves.all.get(self.people.bought[user])
            if card:
                pieces = self.people.customers[user].pieces
                total = card["price"] * pieces
                wanted = [("name", card["name"]), ("total", str(total)), ("pieces", str(pieces))]
                yield from reading.says_all("/cart/", self._who(user), text, wanted)

        return self._page("/cart/", user, check)

    def _checkout(self, user: str) -> Visit:
        def check(text: str, truth: Truth) -> Iterator[Problem]:
            card = truth.shelves.all.get(self.people.bought[user])
            if card:
                total = card["price"] * self.people.customers[user].pieces
                wanted = [("name", card["name"]), ("total", str(total))]
                yield from reading.says_all("/checkout/", self._who(user), text, wanted)

        return self._page("/checkout/", user, check)

    def _account(self, user: str) -> Visit:
        def check(text: str, truth: Truth) -> Iterator[Problem]:
            account = self.people.account(user, truth)
            wanted = [("email", account.email), *(("order", n) for n in account.numbers)]
            yield from reading.says_all("/account/", self._who(user), text, wanted)

        return self._page("/account/", user, check)

    def _order(self, owner: str, user: str) -> Visit:
        """An order is shown to whoever knows its reference; it must be that one."""
        references = self.people.account(owner, self.truth).references
        reference = references[0] if references else ""
        path = f"/order/{reference}/"

        def check(text: str, truth: Truth) -> Iterator[Problem]:
            name, email, lines, total = truth.order(reference)
            wanted = [("name", name), ("email", email), *(("line", line) for line in lines)]
            wanted += [("total", str(total)), ("number", reference[:8].upper())]
            yield from reading.says_all(path, self._who(user), text, wanted)

        # It tells of its owner by right.
        return Visit(path, user, check) if reference else self._static("/login/")

    def _delivery(self) -> Visit:
        path = f"/product/{self.chosen}/delivery/"

        def check(text: str, truth: Truth) -> Iterator[Problem]:
            wanted = [("name", truth.shelves.all[self.chosen]["name"])]
            yield from reading.says_all(path, STRANGER, text, wanted)

        return Visit(path, "", check)

    def _static(self, path: str) -> Visit:
        def check(text: str, truth: Truth) -> Iterator[Problem]:
            if 'name="password' not in text:
                yield Problem("survey_field_gone", path, STRANGER, ("", "form"), "form", path)

        return Visit(path, "", check)

    def _picture(self) -> Visit:
        def check(text: str, truth: Truth) -> Iterator[Problem]:
            if "<svg" not in text:
                yield Problem("survey_field_gone", path, STRANGER, ("", "svg"), "picture", path)

        query = (
            "SELECT motif || '-' || style_seed FROM public.catalog_image AS image"
            " JOIN public.catalog_product AS product ON product.cover_id = image.id WHERE slug = %s"
        )
        path = f"/picture/{self.shop.sql(query, [self.chosen])[0][0]}.svg"
        return Visit(path, "", check)

    def _page(self, path: str, user: str, check: Check) -> Visit:
        """Return a visit that also looks at who is spoken to."""

        def both(text: str, truth: Truth) -> Iterator[Problem]:
            signed = " ".join(author for author, _, shown in truth.reviews(self.chosen) if shown)
            authors = signed if path.startswith("/product/") else ""
            yield from self.people.strangers_to(path, user, text, truth, authors)
            yield from self.people.greeted(path, user, text)
            yield from check(text, truth)

        return Visit(path, user, both)

    def _who(self, user: str) -> str:
        return self.people.named(user).called

    # -- looking -----------------------------------------------------------------------------------

    def _look(self, visits: list[Visit], before: Truth | None) -> None:
        """Make *visits*; refuse the worst of what is wrong, once time enough has passed."""
        deadline = time.monotonic() + self.within
        problems = self._problems(visits, before)
        while problems and time.monotonic() < deadline:
            self.lab.cancel.wait(EVERY)
            late = time.monotonic() >= deadline
            problems = self._problems(visits if late else [v for v, _ in problems], before)
        if found := worst(problem for _, of in problems for problem in of):
            problem, count = found
            self.lab.refuse(problem.foul, **problem.params(count))

    def _problems(
        self, visits: list[Visit], before: Truth | None
    ) -> list[tuple[Visit, list[Problem]]]:
        found = []
        for visit, seen in self._seen(visits):
            self.lab.cancel.check()
            if problems := self._wrong(visit, seen, before):
                found.append((visit, problems))
        return found

    def _seen(self, visits: list[Visit]) -> Iterator[tuple[Visit, Seen]]:
        """Make *visits* one after the other; the shop makes the next page while one is compared."""
        with ThreadPoolExecutor(1) as ahead:
            coming = [ahead.submit(self._see, visit) for visit in visits[:1]]
            for visit, after in zip_longest(visits, visits[1:]):
                seen = coming.pop().result()
                if after is not None:
                    coming.append(ahead.submit(self._see, after))
                yield visit, seen

    def _see(self, visit: Visit) -> Seen:
        person = self.people.named(visit.user)
        return person.browser.see(visit.path), person.last

    def _wrong(self, visit: Visit, seen: Seen, before: Truth | None) -> list[Problem]:
        """Return what is wrong with a page, and what of it was right for the data *before*."""
        text, answer = seen
        if answer.status >= 500:
            raise self.shop.failed(answer)
        if answer.status != 200:
            wanted = (("status", answer.status), ("wanted", 200))
            return [Problem("survey_page_gone", visit.path, self._who(visit.user), more=wanted)]
        problems = list(visit.check(text, self.truth))
        if before is None or not problems:
            return problems
        old = {p.key: p for p in visit.check(text, before)} if self._is_known(visit, before) else {}
        return [self._judged(problem, old, before) for problem in problems]

    def _is_known(self, visit: Visit, before: Truth) -> bool:
        """Return whether *before* knows what the page is about."""
        return not visit.path.startswith("/product/") or self.chosen in before.shelves.all

    def _judged(
        self, problem: Problem, old: dict[tuple[str, str], Problem], before: Truth
    ) -> Problem:
        """Return *problem*, as staleness where the page says what was true before."""
        if ORDER.index(problem.foul) < ORDER.index("survey_stale") or problem.key in old:
            return problem
        slug, field = problem.key
        then = before.shelves.all.get(slug, {}).get(field)
        was = problem.said or (str(then) if then is not None else "–")
        return problem.stale(was, foul="survey_kept_long" if self.an_hour_later else "survey_stale")

    def _doors(self) -> None:
        """Refuse pages that open for whoever is not logged in, and pages of what is not on sale."""
        customer = next(iter(self.people.customers.values()))
        drafts = self.truth.drafts()
        stranger = self.people.stranger
        closed = [*((stranger, path, SHUT) for path in CLOSED), (customer, CLOSED[1], SHUT)]
        gone = [self.lab.random.choice(drafts)] if drafts else []
        closed += [(stranger, f"/product/{slug}/", GONE) for slug in (*gone, NOWHERE)]
        # Twice: what was refused must not be kept, and shown to the next one as a page.
        for person, path, wanted in closed * 2:
            answer = person.get(path)
            if answer.status >= 500:
                raise self.shop.failed(answer)
            if answer.status not in wanted:
                params = {"path": path, "who": person.called, "status": answer.status}
                self.lab.refuse("open_door", **params)
