"""All at once: readers who ask for deliveries and stock lists at the same moment."""

from __future__ import annotations

import threading
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from .book import Book
from .reading import delivery_in, stock_in
from .stocking import STOCK, WALK, listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tutor.lab import Backends, Lab, Shop, Warehouse
    from tutor.lab.instruments.crowd import Crowd

READERS = 36
"""How many ask at the same moment: more than the 32 threads the shop begins with."""
STROLLERS = 24
"""How many open products at the same moment: more than PostgreSQL has slots."""
LATE = "no answer within"
LISTS = 3
"""How many stock lists are fetched among them."""
PATIENCE = 10.0
"""Seconds a reader waits for an answer."""
TOGETHER = 5.0
"""Seconds in which all of a crowd must be at the door; else the machine has no time for them."""
STOCK_LIST = "/stock.csv"
FEW = 6
"""How many ask before the warehouse changes its mind, and as many after."""
WALKING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND usename = 'shop' AND wait_event = 'PgSleep'
"""


class Readers:
    """Readers who all ask at the same moment, and the warehouse among them; they may come again."""

    def __init__(self, lab: Lab, shop: Shop, warehouse: Warehouse, watch: Backends) -> None:
        self.waits: list[float] = []
        """Of each crowd, the seconds until the last of them was answered."""
        self._lab = lab
        self._crowd = lab.crowd(shop, patience=PATIENCE)
        self._strollers = lab.crowd(shop, patience=PATIENCE)
        self._late = lab.crowd(shop, patience=PATIENCE)
        self._watch = watch
        self._book = Book(warehouse, watch, listed(watch.ask(STOCK)))

    @property
    def problems(self) -> Counter[str]:
        """What was wrong with how many answers."""
        strollers = self._strollers.problems.items()
        # Whether they waited says nothing: that is asked of those who come for the newsletter.
        failed = Counter({text: n for text, n in strollers if not text.startswith(LATE)})
        return self._crowd.problems + failed + self._late.problems

    @property
    def right(self) -> int:
        """How many readers were told the truth about a delivery."""
        return self._crowd.right.total() - self._crowd.right[STOCK_LIST]

    @property
    def are_late(self) -> bool:
        """Whether the machine did not have all of them at the door in time."""
        return self._crowd.gathering > TOGETHER

    @property
    def were_one(self) -> bool:
        """Whether all had asked before the warehouse can have answered anybody."""
        return self._crowd.spread < WALK

    def stroll(self) -> None:
        """Let some open products, all at once: the newsletter is not the only way in."""
        slugs = list(self._book.told)[:STROLLERS]
        self._strollers.come([partial(self._look_at, slug) for slug in slugs])

    def _look_at(self, slug: str) -> None:
        """Open a product, which must name itself."""
        path = f"/product/{slug}/"
        self._strollers.ask(path, lambda text: "" if path in text else "the product is not there")

    def come(self) -> None:
        """Let them all ask, and wait for the answers; the warehouse changes its mind meanwhile."""
        # What somebody remembers of the last crowd is not so any more.
        self._book.turn()
        slugs = list(self._book.told)[:READERS]
        self._crowd.come(
            [
                self._turn,
                *(partial(self._ask_for_delivery, slug, self._crowd) for slug in slugs),
                *[partial(self._ask_for_stock, self._crowd)] * LISTS,
            ]
        )
        self.waits.append(self._crowd.wait)

    def come_late(self) -> None:
        """Let some ask, and others once the warehouse, on its way for those, changed its mind.

        Whoever asks then must be told what it says now, not what it brings the first.
        """
        turned = threading.Event()
        slugs = self._lab.random.sample(list(self._book.told), FEW)

        def turn() -> None:
            self._lab.wait_until(lambda: self._watch.ask(WALKING)[0][0], timeout=PATIENCE)
            self._book.turn()
            turned.set()

        def late(act: Callable[[], None]) -> None:
            turned.wait(2 * PATIENCE)
            act()

        ask = [partial(self._ask_for_delivery, slug, self._late) for slug in slugs]
        lists = [partial(self._ask_for_stock, self._late)] * LISTS
        self._late.come([turn, *ask, *(partial(late, act) for act in (*lists, *ask))])

    def _turn(self) -> None:
        """Change the warehouse's mind while most of them wait."""
        self._lab.cancel.wait(WALK)
        self._book.turn()

    def _ask_for_delivery(self, slug: str, crowd: Crowd) -> None:
        """Ask for a delivery, which must be that of the page that is open now, or a later one."""
        since = self._book.page

        def problem_of(text: str) -> str:
            return self._book.problem_with(slug, delivery_in(text), since)

        crowd.ask(f"/product/{slug}/delivery/", problem_of)

    def _ask_for_stock(self, crowd: Crowd) -> None:
        """Ask for the stock list, which must be that of the page that is open now, or later."""
        since = self._book.page

        def problem_of(text: str) -> str:
            return self._book.problem_with_list(stock_in(text), since)

        crowd.ask(STOCK_LIST, problem_of)
