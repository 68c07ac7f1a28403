"""What a page costs each server, and how many visitors are more than one of them can serve."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from tutor.lab import Cost, Costs, Lab, Shop

ASKED_OF_ONE = 1.3
"""What all the work together is, of one server: 1.0 is what it can do."""
ASKED_OF_BUSIER = 0.66
"""What the larger half of the work is at most: two servers must do, with three times the spread of
what is measured (five percent) left below the best medal.

Nor is it much less, as it bounds what is asked of the broken shop's one server: 110 % where one
half is six tenths of the work, which must not come near what bronze allows. The reviews are as many
as make the halves about equal.
"""
CORES = 0.5
"""What a server counts as where this machine cannot hold it to anything."""
TURNS, PAGES = 10, 4
"""How often each shop's turn comes to be measured on a core, and how many pages it shows then."""
TURNS_QUICK, CLEAR = 4, 0.1
"""How many turns a quick check makes do with where every bound is further away than this part."""
WARM_ROUNDS = 2
"""How often all categories are opened before that: who has just begun needs longer."""
ALL_OF_IT = 100.0
"""Percent of its CPU that a server can give."""


class Yardstick:
    """The same small work, done over and over: how fast is this machine just now?

    A CPU second is not always worth the same: neighbours share caches, and often the core itself.
    """

    EVERY = 0.1
    WORK = 30_000

    def __init__(self) -> None:
        self._laps: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    @property
    def pace(self) -> float:
        """Return the CPU seconds the work took, on average; the larger, the slower."""
        return sum(self._laps) / len(self._laps)

    def _run(self) -> None:
        while not self._laps or not self._over.wait(self.EVERY):
            began = time.thread_time()
            sum(number * number for number in range(self.WORK))
            self._laps.append(time.thread_time() - began)


class Costing:
    """Measures what pages cost, and from that the rate at which visitors come."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def warm(self, shop: Shop, rounds: int = WARM_ROUNDS) -> None:
        """Open all categories before anything is measured."""
        # The front page first: PostgreSQL keeps the memory that the largest answer needed.
        for path in ["/", *list(self.lab.live_products(shop).by_path) * rounds]:
            self.lab.cancel.check()
            shop.page(path)

    def measure_out(self) -> None:
        """Set the rate of the visitors by what a page costs the broken shop alone."""
        self._offer(self._measure(self.lab.broken))

    def ask_of_servers(self) -> None:
        """Work out how much of each server the offered visitors ask for: rate times cost."""
        lab, shop = self.lab, self.lab.shop

        def is_clear(costs: Costs) -> bool:
            most = max(_asked(shop, costs).values())
            far = all(abs(most - bound) > CLEAR * bound for bound in lab.bounds("asked"))
            return lab.quick and len(costs.turns) >= TURNS_QUICK and far

        costs = self._measure(lab.broken, shop, enough=is_clear)
        self._offer(costs)
        asked = _asked(shop, costs)
        lab.measure("asked", max(asked.values()))
        lab.measure("broken_asked", round(ALL_OF_IT * _work(costs.parts(0)), 1))
        lab.measure("asked_by_server", asked)
        lab.measure("page_cost_ratio", _page_cost(costs))
        web, database = _halves(_of_a_page(costs.usual(1)))
        lab.measure("web_ms", round(1000 * web, 1))
        lab.measure("database_ms", round(1000 * database, 1))
        busiest = max(asked, key=lambda server: asked[server])
        if lab.quick and asked[busiest] > ALL_OF_IT:
            lab.find(
                "too_much",
                server=busiest,
                services=", ".join(shop.servers[busiest]),
                asked=asked[busiest],
                web=lab.measures["web_ms"],
                database=lab.measures["database_ms"],
            )

    def _measure(
        self, *shops: Shop, enough: Callable[[Costs], bool] = lambda costs: False
    ) -> Costs:
        """Open the same pages of each of *shops*, in turns."""
        lab = self.lab
        paths = list(lab.live_products(shops[0]).by_path)
        chosen = [lab.random.sample(paths, PAGES) for _ in range(TURNS)]

        def visit(turn: int, place: int) -> None:
            lab.cancel.check()
            for path in chosen[turn]:
                shops[place].page(path)

        with Yardstick() as yard:
            costs = lab.costs(shops, visit, turns=TURNS, enough=enough)
        lab.measure("pace", yard.pace)
        return costs

    def _offer(self, costs: Costs) -> None:
        """Set the rate of the visitors by what a page costs the broken shop."""
        lab = self.lab
        cost = _of_a_page(costs.usual(0))
        rate = _cores(lab.broken) * _work(cost) / sum(cost.values())
        lab.plan = replace(lab.plan, rate=round(rate, 2))
        lab.measure("rate", round(rate, 1))
        web, database = _halves(cost)
        lab.measure("broken_web_ms", round(1000 * web, 1))
        lab.measure("broken_database_ms", round(1000 * database, 1))


def _of_a_page(cost: Cost) -> Cost:
    """Return what a page costs, where a visit of several costs *cost*."""
    return {service: seconds / PAGES for service, seconds in cost.items()}


def _halves(cost: Cost) -> tuple[float, float]:
    """Return the cost of a page outside the database and in it."""
    return sum(cost.values()) - cost["postgres"], cost["postgres"]


def _cores(shop: Shop) -> float:
    return shop.cores(next(iter(shop.servers))) or CORES


def _work(cost: Cost) -> float:
    """Return how much work one server of the broken shop cannot do, and two can.

    In CPU seconds per second and core, where a page has these costs.
    """
    web, database = _halves(cost)
    return min(ASKED_OF_ONE, ASKED_OF_BUSIER * (web + database) / max(web, database))


def _page_cost(costs: Costs) -> float:
    """Return what a page costs in CPU, in percent of what it costs the broken shop."""
    return round(100 * sum(costs.parts(1).values()), 1)


def _asked(shop: Shop, costs: Costs) -> dict[str, float]:
    """Return how much of each server of *shop* the visitors ask for, in percent."""
    work, parts = _work(costs.parts(0)), costs.parts(1)
    return {
        server: round(100 * work * sum(parts.get(service, 0.0) for service in services), 1)
        for server, services in shop.servers.items()
    }
