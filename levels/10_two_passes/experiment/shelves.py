"""Which pages there are, how often each is rendered, and whether it is itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Customer, Lab

FRONT = "/"


class Shelves:
    """The front page, two categories and two searches."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.names: dict[str, set[str]] = {}
        """By page, the names of the products that belong on it."""
        self.slugs: dict[str, str] = {}
        """By name, the slug of a product."""

    def choose(self) -> None:
        """Choose the pages to look at."""
        live = self.lab.live_products()
        self.slugs = {card["name"]: slug for slug, card in live.all.items()}
        categories = self.lab.random.sample(list(live.by_path), 2)
        self.names = {path: set(live.names(path)) for path in (FRONT, *categories)}
        for name in self.lab.random.sample(list(self.slugs), 2):
            # The last word of a name is nobody else's, but it may be how a longer one begins.
            word = name.rpartition(" ")[2]
            self.names[f"/search/?q={word}"] = {other for other in self.slugs if word in other}

    @property
    def pages(self) -> list[str]:
        """One page of each kind."""
        return list(self.names)[::2]

    def names_now(self) -> dict[str, list[str]]:
        """Return which names each page must show now: the shop's people may have edited some."""
        live = self.lab.live_products()
        found = {path: live.names(path) for path in self.pages}
        for path in found:
            if path.startswith("/search/"):
                word = path.rpartition("=")[2]
                found[path] = [name for name in live.names(FRONT) if word in name]
        return found

    def path_of(self, name: str) -> str:
        """Return the page of the category that a product is in."""
        by_path = self.lab.live_products().by_path
        return next(p for p, cards in by_path.items() if self.slugs[name] in cards)

    def count(self, people: list[Customer]) -> None:
        """Count what is rendered cold, what is rendered warm, and pages that are not themselves."""
        copies, renders = zip(*(self._rendered(path, people) for path in self.pages), strict=True)
        customers = [person for person in people if person.token]
        self.lab.measure("copies", max(copies))
        self.lab.measure("renders", sum(renders))
        visits = len(customers) * len(self.pages)
        if sum(renders):
            self.lab.find("rendered_again", renders=sum(renders), visits=visits)
        elif max(copies) > 2:
            self.lab.find("copy_each", copies=max(copies), visitors=len(people))
        self.lab.measure("mixed", self._mixed(people))

    def _rendered(self, path: str, people: list[Customer]) -> tuple[int, int]:
        """Return how often *path* is rendered until each of *people* saw it, and once more."""
        lab = self.lab
        first, *rest = people
        lab.shop.empty_caches()
        with self.lab.counting() as cold:
            first.see(path)
        each = lab.asked_for_products(cold.texts)
        if not each:
            lab.foul("uncounted", path=path)
        with self.lab.counting() as others:
            for person in rest:
                person.see(path)
        with self.lab.counting() as warm:
            for person in people:
                if person.token:
                    person.see(path)
        made, again = (math.ceil(lab.asked_for_products(s.texts) / each) for s in (others, warm))
        return 1 + made, again

    def write(self, query: str, params: list[object]) -> None:
        """Change what the shop shows, on every server, with nothing of it kept."""
        self.lab.cache_contents.write(query, params)

    def _mixed(self, people: list[Customer]) -> int:
        """Return how many pages show what belongs on another one, with all of them kept."""
        lab = self.lab
        lab.shop.empty_caches()
        paths = list(self.names)
        lab.random.shuffle(paths)
        wrong = 0
        for path in paths:
            person = lab.random.choice(people)
            shown = {card.get("name", "") for card in lab.cards(person.see(path))}
            wanted = self.names[path]
            if shown == wanted:
                continue
            wrong += 1
            example = min(wanted - shown or shown - wanted)
            lab.find_once("wrong_shelf", path=path, example=example)
        return wrong
