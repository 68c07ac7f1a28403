"""The newsletter: its readers come in waves, and the warehouse changes its mind meanwhile."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .book import Book
from .report import HELD_UP, Report
from .stocking import STOCK, listed

if TYPE_CHECKING:
    from tutor.lab import Lab, Warehouse


class Newsletter:
    """The load of the level, and what became of its readers."""

    def __init__(self, lab: Lab, warehouse: Warehouse) -> None:
        self._lab = lab
        self._warehouse = warehouse

    def send(self, earlier: Counter[str]) -> None:
        """Send it, once a crowd has come and gone: *earlier* is what went wrong for that one."""
        lab, shop, plan = self._lab, self._lab.shop, self._lab.level.load
        lab.step("sending", rate=plan.rate, seconds=plan.seconds)
        if "failures" not in lab.measures:
            return
        stock = listed(shop.sql(STOCK))
        with shop.counting() as log, lab.backends(measure="peak") as watch:
            book = Book(self._warehouse, watch, stock)
            turned = lab.ground.stack.folder / "turned"
            turned.write_bytes(b"")
            facts = {
                "deliveries": book.told,
                "stock": stock,
                "counted": book.counted,
                "turned": str(turned),
            }
            total = lab.load(facts=facts, during=lambda: book.turn_now_and_then(turned))
        offered = int(total.extra.get("offered", 0))
        waves = int(total.extra.get("waves", 0))
        late = total.extra.get("late_ms", 0.0)
        lab.measure("offered", offered)
        lab.measure("generator_late_ms", late)
        lab.measure("backlog", int(total.extra.get("backlog", 0)))
        if late > HELD_UP or offered < waves * plan.users:
            lab.too_noisy("failures", late_ms=round(late))
            return
        problems = Counter(total.errors)
        problems["no answer at all"] += offered - total.requests
        right = total.requests - total.failures - waves
        Report(lab, watch, log, earlier).tell(+problems, max(right, 0))
