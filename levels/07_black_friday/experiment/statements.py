"""Level 1: statements."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from .cards import refuse_wrong_cards
from .goods import FRONT
from .stocking import LIVE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tutor.lab import Lab

    from .goods import Goods

EVERYWHERE = "a"
"""What to search for where everything is to be found."""
ENOUGH = 12
"""Statements of a page that nobody asks about."""


class Statements:
    """The statements of a page for which nothing was kept, and of one with twice as much on it."""

    measures = ("queries", "slope")

    def __init__(self, lab: Lab, goods: Goods) -> None:
        self._lab = lab
        self._goods = goods
        self._texts: dict[str, list[str]] = {}
        """By path, the statements that a page took last."""

    def take(self) -> None:
        """Count the statements of the front page, change what it shows, put twice as much on it."""
        lab = self._lab
        lab.step("statements")
        # A search for everything, too: where no card is dear alone, two hundred are.
        pages = (FRONT, self._goods.pages[1], f"/search/?q={EVERYWHERE}")
        few = {path: self._count(path) for path in pages}
        queries = few[FRONT]
        lab.measure("queries", queries)
        for path in pages[:2]:
            lab.refuse_kept(path)
        self._refuse_loops(pages)
        many = self._count_with_all(pages)
        grown = {path: many[path] - few[path] for path in pages}
        worst = max(pages, key=lambda path: grown[path])
        lab.measure("slope", round(grown[worst] / LIVE, 3))
        if grown[worst] > 0 or queries > ENOUGH:
            path = worst if grown[worst] > 0 else FRONT
            if lab.quick:
                lab.find("counted_statements", path=path, queries=few[path], more=grown[path])
            else:
                self._explain(path)

    def _count_with_all(self, pages: tuple[str, ...]) -> dict[str, int]:
        """Return the statements of *pages* while every product there is is on sale."""
        with self._all_on_sale():
            return {path: self._count(path) for path in pages}

    @contextmanager
    def _all_on_sale(self) -> Iterator[None]:
        """Have every product that there is be on sale during the block."""
        shop = self._lab.shop
        live = [key for (key,) in shop.sql("SELECT id FROM catalog_product WHERE is_live")]
        shop.sql("UPDATE catalog_product SET is_live = true")
        yield
        shop.sql("UPDATE catalog_product SET is_live = id = ANY(%s)", [live])

    def _refuse_loops(self, pages: Iterable[str]) -> None:
        """Refuse a page whose statements are few because one of them has many inside."""
        lab = self._lab
        for path in pages:
            loop = lab.loops(path, self._texts[path]).find(self._all_on_sale, LIVE)
            if loop:
                found = {"function": loop.function, "calls": loop.calls, "scans": loop.scans}
                lab.foul("loop_in_database", path=path, **found)

    def _count(self, path: str) -> int:
        """Return the statements of one page for which nothing was kept; refuse a wrong one."""
        shop = self._lab.shop
        shop.empty_caches()
        with self._lab.counting() as statements:
            text = shop.page(path).text
        if not path.startswith("/search/"):
            refuse_wrong_cards(self._lab, path, self._lab.cards(text))
        self._texts[path] = statements.texts
        return statements.count

    def _explain(self, path: str) -> None:
        """Say which statement is repeated on the page at *path*, and by which line."""
        lab, shop = self._lab, self._lab.shop
        # What is kept asks for nothing.
        shop.empty_caches()
        trace = shop.trace(path)
        if trace.groups and (worst := trace.groups[0]).times > 1:
            lab.find(
                "repeats",
                statement=lab.brief_of(worst.statement),
                times=worst.times,
                file=worst.file,
                line=worst.line,
                code=worst.code,
            )
            return
        shop.empty_caches()
        with lab.counting() as statements:
            shop.page(path)
        lab.find("hidden_statements", path=path, counted=statements.count, seen=trace.seen)
