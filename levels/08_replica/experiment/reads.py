"""Which server is asked: counted in the log of each."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tutor.lab import Lab, Statements

ENOUGH = 80
"""Per cent of the catalogue's statements that the copy is bought for."""
PATIENCE = 20.0
"""Seconds in which a copy that is back must be read again."""
RESTED = 2.0
"""Seconds without a commit after which a clock says that nobody has written for a while."""
EVERY = 0.25
"""Seconds between two looks whether it is."""
NEVER = 99.0
"""Seconds that stand for: not while anybody watched."""
READ_ONLY = "25006"
FORBIDDEN = "42501"
CLOCK = "pg_last_xact_replay_timestamp"
APPLY = "remote_apply"
ATOMIC = re.compile(r"""["']ATOMIC_REQUESTS["']\s*:\s*True""")


class Reads:
    """Who answers the questions of strangers who look at the catalogue."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.copies = lab.standbys()
        """The copies of db1."""
        products = lab.live_products()
        self.shelves = products.by_path
        """By address of a category, its products."""
        self.slugs = list(products.all)
        self.names = {slug: card["name"] for slug, card in products.all.items()}
        lab.random.shuffle(self.slugs)

    @property
    def pages(self) -> list[str]:
        """Pages of the catalogue, some of each kind, that need nothing of db1."""
        shelves = list(self.shelves)[:2]
        words = self.names[self.slugs[0]].rpartition(" ")[2]
        products = [f"/product/{slug}/" for slug in self.slugs[:3]]
        return ["/", *shelves, f"/search/?q={words}", *products]

    def measure(self) -> None:
        """Record which share of the catalogue's statements the copy answers; say where too few.

        Counted when nobody has written for a while, and when somebody just has: the copy has it,
        and those who ask have nothing to do with it. The smaller share is the one.
        """
        share, tell = min(self._share(), self._share(wrote=True), key=lambda told: told[0])
        self.lab.measure("share", share)
        tell()

    def _share(self, *, wrote: bool = False) -> tuple[int, Callable[[], None]]:
        """Return the share of now, and what tells of it."""
        lab = self.lab
        if not wrote:
            self._let_rest()
        lab.shop.empty_caches()
        if wrote:
            lab.person().review(self.slugs[0], 5)
            self.copies.catch_up()
        with self.copies.counting() as log:
            first, second = self._count(self.pages)
        asked = first + second
        share = round(100 * second / asked) if asked else 0
        return share, lambda: self._tell_of_share(log, second, asked)

    def _let_rest(self) -> None:
        """Wait until nobody has written for a while, and the copy has everything.

        Who reads first after a change tidies up behind it, and that is written, too.
        """
        for path in self.pages:
            self.lab.shop.page(path)
        for copy in self.copies:
            copy.await_rest(RESTED)

    def _tell_of_share(self, log: Statements, second: int, asked: int) -> None:
        """Say why it is too small, if it is: of *asked* statements the copy had *second*."""
        lab = self.lab
        share = round(100 * second / asked) if asked else 0
        if not asked:
            lab.find("asked_nobody", pages=len(self.pages))
        elif share < ENOUGH and goes_by_the_clock(log):
            lab.find("idle_is_not_late")
        elif share < ENOUGH:
            is_atomic = any(ATOMIC.search(text) for text in self._sources())
            found = "bored_by_transactions" if is_atomic else "bored"
            lab.find(found, copy=second, asked=asked, share=share)

    def seconds_until_read(self, patience: float = PATIENCE) -> float:
        """Return after how many seconds the copy is asked for a product again."""
        began = time.monotonic()
        while time.monotonic() < began + patience:
            if self._ask([f"/product/{self.lab.random.choice(self.slugs)}/"])[1]:
                return round(time.monotonic() - began, 1)
            self.lab.cancel.wait(EVERY)
        return NEVER

    def return_within_reason(self) -> None:
        """Record how long the copy stays unused although it is there and up to date."""
        lab = self.lab
        self.copies.catch_up()
        if lab.measures.get("share", 0) < ENOUGH:
            return
        with self.copies.counting() as asked:
            seconds = self.seconds_until_read()
        lab.measure("away", max(seconds, lab.measures.get("away", 0.0)))
        if seconds >= NEVER and goes_by_the_clock(asked):
            lab.find_once("idle_is_not_late")
        elif seconds >= NEVER:
            lab.find_once("never_back", seconds=round(PATIENCE))

    def tell_what_copies_cannot(self, asked: Statements) -> None:
        """Refuse a shop that asks a copy to write, or tries its switches."""
        lab = self.lab
        if count := asked.problems[FORBIDDEN]:
            lab.foul("hands_off", count=count, message=asked.examples[FORBIDDEN])
        if count := asked.problems[READ_ONLY]:
            lab.foul("writes_on_copy", count=count, message=asked.examples[READ_ONLY])

    def tell_of_what_helps_nobody(self) -> None:
        """Say why a setting that looks like the answer waits for nobody; what is judged is seen."""
        if any(APPLY in text for text in self._sources()):
            self.lab.find("waits_for_nobody")

    def _ask(self, paths: Iterable[str]) -> tuple[int, int]:
        """Return how many statements about the catalogue db1 and db2 answer for strangers."""
        self.lab.shop.empty_caches()
        return self._count(paths)

    def _count(self, paths: Iterable[str]) -> tuple[int, int]:
        """Return the same, whatever is kept."""
        shop = self.lab.shop
        with shop.counting() as first, self.copies.counting() as second:
            for path in paths:
                shop.page(path)
        return first.about_the_catalogue, second.about_the_catalogue

    def _sources(self) -> Iterator[str]:
        """Yield the shop's code; it is only read to say more of what was seen."""
        for name, path in self.lab.shop.files.items():
            if name.endswith(".py"):
                yield path.read_text(encoding="utf-8", errors="replace")


def goes_by_the_clock(asked: Statements) -> bool:
    """Return whether the copies were asked how long ago they heard of anything."""
    return any(CLOCK in text for text in asked.texts)
