"""The sale: people look, log in and buy, and accidents happen in an order drawn anew."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from tutor.lab import Lab

    from .monday import Monday

ACCIDENTS = ("flush", "lag", "silence")
FIRST, EVERY, LASTS = 3.0, 6.0, 4.0
"""Seconds until the first accident, from one to the next, and for which each lasts."""
PAPER = 30.0
"""Seconds in which each order has its mail."""
OURS = "SELECT upper(left(reference::text, 8)), email FROM public.orders_order WHERE email LIKE %s"


class Accidents:
    """What happens during the sale, one after the other."""

    def __init__(self, lab: Lab, monday: Monday) -> None:
        self._lab = lab
        self._monday = monday
        self._left = lab.random.sample(ACCIDENTS, len(ACCIDENTS))
        self._under_way = ExitStack()
        self._next = 0.0
        """When the next one begins; the first look sets the clock."""
        self._ends = 0.0
        self.happened: list[tuple[float, str]] = []
        """When which one began."""

    def look(self) -> None:
        """Begin the next one, or end the one that is under way, where it is time to."""
        now = time.monotonic()
        self._next = self._next or now + FIRST
        if self._ends and now >= self._ends:
            self._under_way.close()
            self._ends = 0.0
        elif not self._ends and self._left and now >= self._next:
            self._next, self._ends = now + EVERY, now + LASTS
            self._begin(self._left.pop())

    def close(self) -> None:
        """End what is under way."""
        self._under_way.close()

    def before(self, moment: float) -> str:
        """Return which one had begun last at that *moment*; empty for none."""
        return next((kind for at, kind in reversed(self.happened) if at <= moment), "")

    def _begin(self, kind: str) -> None:
        self.happened.append((time.monotonic(), kind))
        self._lab.step(f"accident_{kind}")
        monday = self._monday
        if kind == "lag":
            self._under_way.enter_context(monday.copies.paused())
        elif kind == "silence":
            self._under_way.enter_context(monday.copies.silent())
        # Whatever else happens, the cache is empty from here on: pages have to be made.
        self._lab.shop.flush_cache()


class Sale:
    """The load of the level."""

    def __init__(self, lab: Lab, monday: Monday) -> None:
        self._lab = lab
        self._monday = monday

    def open(self) -> None:
        """Open the doors; then count what the buyers got."""
        lab, plan = self._lab, self._lab.level.load
        lab.step("sale", users=plan.users, seconds=plan.seconds)
        batch = f"monday-{lab.token()}".lower()
        accidents = Accidents(lab, self._monday)
        try:
            total = lab.load(facts=self._facts(batch), during=accidents.look)
        finally:
            accidents.close()
        if total.failures:
            kind = accidents.before(total.extra.get("failed", 0.0))
            finding = f"fails_after_{kind}" if kind else "fails_in_sale"
            example = lab.in_kinds(total.errors, total.failures)
            lab.find(finding, count=total.failures, example=example)
        self._count_orders(batch, round(total.extra.get("orders", 0)))

    def _facts(self, batch: str) -> dict[str, Any]:
        """Return what the visitors know: the deals, each other's names, and theirs."""
        truth = self._monday.truth()
        customers = []
        for user in ("gina", "asha", "tomas"):
            guest = self._lab.customer(user)
            guest.come_back()
            customers.append({"cookies": guest.cookies, "token": guest.token, "name": guest.called})
        return {
            "path": self._monday.PATH,
            "names": [card["name"] for card in truth.values()],
            "slugs": {slug: card["name"] for slug, card in truth.items()},
            "customers": customers,
            "batch": batch,
        }

    def _count_orders(self, batch: str, confirmed: int) -> None:
        """Record how many orders were confirmed and are not there, or have not exactly one mail."""
        lab = self._lab
        lab.step("paper")
        rows = lab.shop.sql(OURS, [f"{batch}%"])
        numbers = dict(rows)
        lab.measure("orders", confirmed)
        wrong: dict[str, int] = {}

        def all_have_one() -> bool:
            nonlocal wrong
            mails = Counter(
                number
                for mail in lab.shop.mails()
                for number in numbers
                if number in mail["subject"] + mail["body"]
            )
            wrong = {number: mails[number] for number in numbers if mails[number] != 1}
            return not wrong

        lab.wait_until(all_have_one, timeout=PAPER, every=0.2)
        unwritten = max(0, confirmed - len(numbers))
        lab.measure("lost", unwritten + len(wrong))
        if unwritten:
            lab.find("orders_lost", count=unwritten, confirmed=confirmed)
        elif wrong:
            number, mails = next(iter(wrong.items()))
            lab.find("mails_wrong", number=number, mails=mails, count=len(wrong))
