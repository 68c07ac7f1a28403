"""The warehouse's book, page by page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tutor.lab import Backends, Warehouse
    from tutor.lab.instruments.warehouse import Answer

TURNS = 0.5
"""Seconds after which the warehouse changes its mind during the load."""
PAGES = 80
"""How often it can, in a run."""
COUNT = """
UPDATE catalog_stock SET quantity = %s
 WHERE product_id = (SELECT id FROM catalog_product WHERE slug = %s)
"""
WRONG = "not what the warehouse says"
STALE = "not what the warehouse says any more"
LIST_WRONG = "the stock list is wrong"


class Book:
    """What the warehouse said, says and will say of each product, page by page.

    With each page there is a piece more of one product, so that a stock list says how old it is.
    """

    def __init__(self, warehouse: Warehouse, watch: Backends, stock: list[list[str]]) -> None:
        self.stock = stock
        """The stock list as it was when the first page was opened."""
        self.counted = stock[len(stock) // 2]
        """The line of it that changes with each page."""
        self.pages = [warehouse.page() for _ in range(PAGES)]
        self.told = warehouse.on_pages(watch.ask, self.pages)
        """By slug, the date and the dock on each page."""
        self._earlier = warehouse.on_pages(watch.ask, warehouse.shown)
        """By slug, what it said before."""
        self.page = -1
        self._warehouse = warehouse
        self._watch = watch
        self._turned = 0.0
        self.turn()

    def turn(self) -> None:
        """Turn to the next page: whoever asks from here on is told that, or one that follows."""
        slug, *_, pieces = self.counted
        self._watch.ask(COUNT, [int(pieces) + self.page + 1, slug])
        self._warehouse.turn(self._watch.ask, self.pages[self.page + 1])
        self.page += 1

    def turn_now_and_then(self, turned: Path) -> None:
        """Turn the page where it is time to; then there is a byte more in the file *turned*."""
        if time.monotonic() > self._turned + TURNS and self.page + 1 < len(self.pages):
            self.turn()
            self._turned = time.monotonic()
            # The first page was open before anybody came.
            turned.write_bytes(b"." * self.page)

    def problem_with_list(self, rows: list[list[str]], since: int) -> str:
        """Return what is wrong with a stock list for somebody who asked on page *since*."""
        slug, name, price, pieces = self.counted
        said = next((row[3] for row in rows if row[:3] == [slug, name, price]), "")
        told = [[slug, name, price, said] if row is self.counted else row for row in self.stock]
        if rows != told or not said.isdigit() or int(said) > int(pieces) + PAGES:
            return LIST_WRONG
        return STALE if int(said) < int(pieces) + since else ""

    def problem_with(self, slug: str, said: Answer, since: int) -> str:
        """Return what is wrong with what a page said to somebody who asked on page *since*.

        The date and the dock may be of two pages: the shop may ask for each.
        """
        problems = set()
        earlier = self._earlier.get(slug, ([], []))
        for word, told, before in zip(said, self.told[slug], earlier, strict=True):
            if word not in told[since:]:
                problems.add(STALE if word in (*told, *before) else WRONG)
        return max(problems, default="", key=lambda problem: problem == WRONG)
