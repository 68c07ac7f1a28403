"""What the old code and the new code answer: each writes a review and reads it."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab, Shop
    from tutor.lab.instruments.person import Person

MARK = "bought here"
MARKED_WRONGLY = {True: "bought_here is not True", False: "bought_here is not False"}
"""What is wrong where the page should say that it was bought here, and where it should not."""
OPENING = "Breathes in, breathes out."
"""What each review of ours begins with."""
FORGET = "DELETE FROM public.catalog_review WHERE starts_with(text, %s)"


@dataclass(frozen=True)
class Failure:
    """What code could not do any more."""

    after: str
    """The migration after which it was asked; empty for before the first."""
    what: str
    error: str


class Code:
    """One release of the code, which runs."""

    def __init__(self, lab: Lab, shop: Shop) -> None:
        self._lab = lab
        self._shop = shop
        self.failures: list[Failure] = []

    def ask_guest(self, slug: str, after: str) -> None:
        """Have a guest review *slug* and read the page."""
        self._ask(self._lab.person(self._shop), slug, after, is_marked=None)

    def ask_buyer(self, slug: str, after: str, *, bought: bool) -> None:
        """Have Gina review *slug*, which she *bought* or did not."""
        person = self._lab.person(self._shop)
        answer = person.log_in(*self._lab.customers.key("gina"))
        if not answer.sends_on:
            self._fail_with(after, "/login/", answer.status)
            return
        self._ask(person, slug, after, is_marked=bought)

    def forget(self) -> None:
        """Remove the reviews that were written here, so that what is left is the seed's."""
        self._shop.sql(FORGET, [OPENING])

    def _ask(self, person: Person, slug: str, after: str, *, is_marked: bool | None) -> None:
        text = f"{OPENING} {self._lab.token()}{self._lab.token()}"
        path = f"/product/{slug}/"
        seen = person.get(path)
        if seen.status != 200:
            self._fail_with(after, path, seen.status)
            return
        written = person.submit(path, seen.text, {"stars": "4", "text": text, "author_name": "Om"})
        if not written.sends_on:
            self._fail_with(after, f"POST {path}", written.status)
            return
        page = html.unescape(person.get(path).text)
        if text not in page:
            self._fail(after, path, "the review is not there")
        elif is_marked is not None and _is_marked(page, text) is not is_marked:
            self._fail(after, path, MARKED_WRONGLY[is_marked])

    def _fail_with(self, after: str, what: str, status: int) -> None:
        self._fail(after, what, self._shop.reason_of(status, f"HTTP {status}"))

    def _fail(self, after: str, what: str, error: str) -> None:
        self.failures.append(Failure(after, what, error))


def _is_marked(page: str, text: str) -> bool:
    """Return whether the review with *text* says that it was bought here."""
    before = page[: page.index(text)]
    return MARK in before[before.rindex("<li") :]
