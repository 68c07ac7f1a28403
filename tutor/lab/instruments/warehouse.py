"""The warehouse: only who asks knows its answers, and asking takes a moment.

It is a view in the shop's database that sleeps while it looks. What it says of a product depends on
the page at which its book lies open, so an answer that somebody kept can be told from a true one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tutor.lab.instruments.context import Context

Ask = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""What asks the shop's database: ``shop.sql``, or a session that is open anyway."""
Answer = tuple[str, str]
"""On which day a product is sent, and from which dock."""

SHIPS_ON = "date '2031-01-01' + abs(hashtext('day' || product.id || book.page)) % 900"
DOCK = "upper(substr(md5('dock' || product.id || book.page), 1, 6))"
SHELF = """
CREATE OR REPLACE VIEW warehouse_shelf AS
SELECT product.id AS product_id, {ships_on} AS ships_on, {dock} AS dock
  FROM catalog_product AS product, warehouse_book AS book, pg_sleep({walk}) AS walking;
"""
OPENING = """
CREATE TABLE warehouse_book (page text);
INSERT INTO warehouse_book VALUES ('{page}');
DROP VIEW IF EXISTS warehouse_shelf;
{shelf}
GRANT SELECT ON warehouse_shelf TO shop;
"""
TRUTH = """
SELECT product.slug, ({ships_on})::text, {dock}
  FROM catalog_product AS product, warehouse_book AS book
 WHERE product.is_live ORDER BY product.id
""".format(ships_on=SHIPS_ON, dock=DOCK)  # noqa: UP032 - ours, and an f-string looks like SQL injection
ON_PAGES = """
SELECT product.slug, array_agg(({ships_on})::text ORDER BY book.number),
       array_agg({dock} ORDER BY book.number)
  FROM catalog_product AS product, unnest(%s::text[]) WITH ORDINALITY AS book(page, number)
 WHERE product.is_live GROUP BY product.id ORDER BY product.id
""".format(ships_on=SHIPS_ON.replace("%", "%%"), dock=DOCK)


class Warehouse:
    """The warehouse of a run, which takes *walk* seconds over a question."""

    def __init__(self, lab: Context, *, walk: float) -> None:
        self.walk = walk
        self.shown: list[str] = []
        """The pages at which its book lay open so far, in whatever shop."""
        self._chance = lab.random

    def opening(self) -> str:
        """Return the statements that open it in a shop's database, at a page nobody knows."""
        page = self.page()
        self.shown.append(page)
        return OPENING.format(page=page, shelf=_shelf(self.walk))

    @contextmanager
    def walking(self, ask: Ask, walk: float) -> Iterator[None]:
        """Have it take *walk* seconds over a question during the block."""
        ask(_shelf(walk), ())
        try:
            yield
        finally:
            ask(_shelf(self.walk), ())

    def page(self) -> str:
        """Return a page of the book that nobody saw yet."""
        return f"{self._chance.randrange(16**8):08x}"

    def turn(self, ask: Ask, page: str) -> None:
        """Turn to *page*: whoever asks from here on is told what stands there."""
        self.shown.append(page)
        ask("UPDATE warehouse_book SET page = %s", [page])

    def truth(self, ask: Ask) -> dict[str, Answer]:
        """Return what it says now, by slug."""
        return {slug: (day, dock) for slug, day, dock in ask(TRUTH, ())}

    def on_pages(self, ask: Ask, pages: Sequence[str]) -> dict[str, tuple[list[str], list[str]]]:
        """Return what it says at each of *pages*, by slug: the days, and the docks."""
        rows = ask(ON_PAGES, [list(pages)])
        return {slug: (days, docks) for slug, days, docks in rows}


def _shelf(walk: float) -> str:
    """Return the statement that makes the view, over which it takes *walk* seconds."""
    return SHELF.format(walk=walk, ships_on=SHIPS_ON, dock=DOCK)
