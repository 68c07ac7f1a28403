"""What the second pass costs, beside a page that is rendered whole."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from .shelves import FRONT

if TYPE_CHECKING:
    from tutor.lab import Costs, Lab

    from .people import People
    from .shelves import Shelves

TURNS, TURNS_QUICK = 8, 4
COLD, WARM = 3, 12
"""Visits of a turn: a core's time is counted in ticks, so cheap ones come several at a time."""
CLEAR = 1.25
"""How many times more, or less, than the bound is clear enough for a quick check."""
ON_THE_WAY = ("nginx", "gunicorn", "memcached", "pgbouncer", "postgres", "replica")
"""What a visit passes; workers of Celery have clocks of their own."""
SET_LIVE = "UPDATE catalog_product SET is_live = %s WHERE id = ANY(%s)"


class Holes:
    """Visits of one customer, with the page kept and without."""

    def __init__(self, lab: Lab, shelves: Shelves, people: People, live: list[int]) -> None:
        self._lab = lab
        self._shelves = shelves
        self._gina = people.by_user["gina"]
        self._live = live

    def weigh(self) -> None:
        """Measure the CPU of a visit that finds the page, in parts of one that renders it."""
        lab = self._lab
        hidden = [
            key for (key,) in lab.shop.sql("SELECT id FROM catalog_product WHERE NOT is_live")
        ]
        hidden = sorted(set(hidden) & set(self._live))
        self._shelves.write(SET_LIVE, [True, hidden])
        # The same shop twice: cold and warm. Whoever came cold has left the page there.
        turns = TURNS_QUICK if lab.quick else TURNS
        costs = lab.costs(
            [lab.shop, lab.shop],
            self._visit,
            turns=turns,
            enough=self._are_clear,
            measure="hole_cost",
            called=("made", "kept"),
        )
        self._shelves.write(SET_LIVE, [False, hidden])
        percent = round(self._percent(costs), 1)
        lab.measure("hole_cost", percent)
        if percent > self._bound:
            lab.find("holes_dear", percent=percent)

    @property
    def _bound(self) -> float:
        return max(self._lab.bounds("hole_cost"))

    def _percent(self, costs: Costs) -> float:
        parts = [self._sum(warm) / WARM / (self._sum(cold) / COLD) for cold, warm in costs.turns]
        return 100 * median(parts)

    def _are_clear(self, costs: Costs) -> bool:
        """Return whether a quick check need not weigh any more."""
        percent = self._percent(costs)
        return self._lab.quick and not self._bound / CLEAR < percent < self._bound * CLEAR

    def _visit(self, turn: int, place: int) -> None:
        for _ in range(WARM if place else COLD):
            if not place:
                self._lab.shop.empty_caches()
            self._gina.see(FRONT)

    @staticmethod
    def _sum(cost: dict[str, float]) -> float:
        return sum(cost.get(service, 0.0) for service in ON_THE_WAY)
