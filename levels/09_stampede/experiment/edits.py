"""Every way in which the shop's own people change what stands on the shelf."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from .looks import PATH
from .reading import truth_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tutor.lab import Lab, Shop, Staff

    from .looks import Looks, Seen
    from .reading import Difference

    Row = tuple[int, Decimal, int, int | None]

PRODUCT = "catalog/product"
ROW = """
SELECT id, price, brand_id, promotion_id FROM public.catalog_product WHERE slug = %s
"""
NAME_OF_BRAND = "SELECT name FROM public.catalog_brand WHERE id = %s"
PERCENT = "SELECT percent FROM public.catalog_promotion WHERE id = %s"
JOURNAL = "django_admin_log"
HELD_FOR = 3.0
"""Seconds in which somebody who saves has come to the end of what is saved."""
NINETY = Decimal("0.90")
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Way:
    """One way of editing."""

    finding: str
    """What to say where the shelf does not notice."""
    act: Callable[[], None]


class Edits:
    """People of the shop's who edit what stands on the shelf."""

    def __init__(self, lab: Lab, looks: Looks) -> None:
        self._lab = lab
        self._looks = looks
        self._wrong = 0
        self._late = 0
        self._first: Difference | None = None
        """What was wrong after the first edit that was not noticed."""

    @property
    def _shop(self) -> Shop:
        return self._lab.shop

    def play(self) -> None:
        """Edit in every way, look each time, and say what was not noticed."""
        lab = self._lab
        seen = self._looks.look()
        if seen.wrong:
            # Nobody has edited anything yet.
            lab.foul("shelf_wrong", **seen.first.values)
        ways = self._ways()
        unseen = list(filter(self._is_unseen, ways))
        self._save_slowly()
        self._save_with_nothing_kept()
        lab.measure("wrong", self._wrong)
        lab.measure("late", self._late)
        if len(unseen) == len(ways) and self._first and not self._said("two_truths"):
            lab.find("never_told", ways=len(ways), **self._first.values)

    def _ways(self) -> list[Way]:
        """Return the ways that are tried: all, or some of a quick check."""
        ways = [
            Way("unseen_save", self.price),
            Way("unseen_update", self.ten_per_cent_off),
            Way("unseen_related", self.rename_brand),
        ]
        if not self._lab.quick:
            ways += [
                Way("unseen_update", self.end_in_ninety),
                Way("unseen_related", self.change_promotion),
                Way("unseen_save", self.take_off),
            ]
        return ways

    def _is_unseen(self, way: Way) -> bool:
        """Edit in one way; return whether some worker does not notice."""
        lab = self._lab
        entries = lab.cache_entries()
        before, flushes = truth_of(self._shop), entries.flushes
        way.act()
        if truth_of(self._shop) == before:
            lab.foul("edit_undone", way=way.act.__name__)
        seen = self._looks.must_be_true()
        if entries.flushes > flushes:
            lab.foul("cache_cleared")
        return self._noted(seen, way.finding)

    def _noted(self, seen: Seen, finding: str) -> bool:
        """Count what was *seen* after an edit, and say what is wrong with it."""
        lab = self._lab
        if not seen.wrong:
            return False
        if seen.is_late:
            self._late += 1
            lab.find_once("seen_late", **seen.first.values)
            return False
        self._wrong += 1
        lab.measure("wrong", self._wrong)
        self._first = self._first or seen.first
        if seen.disagree:
            lab.find_once("two_truths", **seen.first.values)
        else:
            lab.find_once(finding, **seen.first.values)
        # As if nobody had edited yet: the next way is to be seen for itself.
        self._shop.empty_caches()
        self._looks.look()
        return True

    def _said(self, id: str) -> bool:
        return any(finding.id == id for finding in self._lab.findings)

    def _save_slowly(self) -> None:
        """Save while somebody looks: after the edit, and before it is committed.

        Whoever saves writes into the admin's journal last of all, and waits there for us.
        """
        lab = self._lab
        if self._wrong:
            return
        callers = lab.callers(patience=HELD_FOR)
        with ExitStack() as held:
            journal = lab.locked_table(JOURNAL, may_be_read=True)
            held.enter_context(journal.locked())
            with self.saving(self.price) as is_saved, held:
                is_held = lab.wait_until(
                    lambda: journal.held or is_saved.is_set(), timeout=lab.patience(HELD_FOR)
                )
                is_held = is_held and not is_saved.is_set()
                callers.come(PATH)
                callers.wait()
        # Where nobody writes a journal it was an edit like any other.
        self._noted(self._looks.must_be_true(), "deleted_early" if is_held else "unseen_save")

    def _save_with_nothing_kept(self) -> None:
        """Save just after somebody has emptied the cache: what an edit outdates may be gone."""
        if self._lab.quick or self._wrong:
            return
        self._shop.empty_caches()
        self.price()
        self._noted(self._looks.must_be_true(), "unseen_save")

    # -- edits of others ---------------------------------------------------------------------------

    @contextmanager
    def saving(self, edit: Callable[[], None]) -> Iterator[threading.Event]:
        """Have *edit* saved meanwhile; the event is set when it is, and the block waits for it."""
        is_saved = threading.Event()

        def save() -> None:
            edit()
            is_saved.set()

        with self._lab.meanwhile(save):
            yield is_saved

    @property
    def outdating(self) -> tuple[Callable[[], object], ...]:
        """Ways after which whoever comes has to compute, wherever the shelf is kept."""
        lab = self._lab
        return (self._shop.empty_caches, self.price, lambda: lab.let_pass(HOUR))

    # -- ways of editing ---------------------------------------------------------------------------

    def price(self, staff: Staff | None = None) -> None:
        """Change a price in the form of the product."""
        key, price, *_ = self._some_product()
        new = price + Decimal(self._lab.random.randrange(100, 900)) / 100
        (staff or self._lab.staff()).edit(PRODUCT, key, price=str(new))

    def ten_per_cent_off(self) -> None:
        """Change a price in one statement."""
        key, *_ = self._some_product()
        self._lab.staff().act(PRODUCT, "take_ten_per_cent_off", [key])

    def end_in_ninety(self) -> None:
        """Change a price by ``bulk_update``."""
        key, *_ = self._some_product(lambda row: row[1] % 1 != NINETY)
        self._lab.staff().act(PRODUCT, "end_in_ninety", [key])

    def rename_brand(self) -> None:
        """Change what a maker is called."""
        brand = self._some_product()[2]
        name = f"{self._shop.sql(NAME_OF_BRAND, [brand])[0][0][:60]} {self._lab.token()}"
        self._lab.staff().edit("catalog/brand", brand, name=name)

    def change_promotion(self) -> None:
        """Change what a promotion takes off; put one on a product where none is there."""
        _, _, _, promotion = self._some_product(lambda row: row[3] is not None)
        if promotion is None:
            self.price()
            return
        percent = self._shop.sql(PERCENT, [promotion])[0][0]
        self._lab.staff().edit("catalog/promotion", promotion, percent=str(percent % 80 + 5))

    def take_off(self) -> None:
        """Take a product off sale."""
        key, *_ = self._some_product()
        self._lab.staff().edit(PRODUCT, key, is_live=False)

    def _some_product(self, fits: Callable[[Row], bool] = lambda row: True) -> Row:
        """Return a product of the shelf by chance, one that *fits* where there is one."""
        slugs = list(truth_of(self._shop))
        self._lab.random.shuffle(slugs)
        for slug in slugs:
            row = self._shop.sql(ROW, [slug])[0]
            if fits(row):
                break
        return row
