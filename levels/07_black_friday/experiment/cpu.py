"""Level 2: CPU."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from .goods import FRONT
from .hits import HITS

if TYPE_CHECKING:
    from tutor.lab import Cost, Costs, Lab, Orders, Paper, Shop

    from .goods import Goods

TURNS, CLEAR_TURNS, CLEAR = 14, 7, 0.12
"""How often each shop's turn comes at most, and where it is clear already: no bound lies nearer
than this part of it."""
FEWEST_TURNS, COUNTING = 4, 16.0
"""How many turns will do after so many seconds; twice as many seconds where it is not clear."""
IDLE = 2.0
"""Seconds the shops are watched while nobody comes."""
CROWDING = 1.6
"""How many times the CPU a visit takes in a crowd: both cores are at work then, and what is next to
it in them is somebody else's. Fifteen sales of the reference took 1.3 to 1.8 times what was
counted one visit at a time."""
CUSTOMERS, STRANGERS = 5, 6
"""How many customers and strangers come for each buyer."""
VISITS = 1 + CUSTOMERS + STRANGERS
ASKED_OF_BUSIER = 0.6
"""What the reference's busier server has to do at the top of the sale: 1.0 is all it can."""
ROOM = 78
"""Percent of a server: the rest is for what nobody counted."""
CORES = 0.5
"""What a server counts as where this machine cannot hold it to anything."""
HEAVIER = 1.3
"""How many times as much a service must do before a new statement is what does it."""


class Regulars:
    """Those who come to a shop to be counted: a few customers, strangers, a buyer."""

    def __init__(
        self, lab: Lab, shop: Shop, paper: Paper, goods: Goods, orders: Orders, paths: list[str]
    ) -> None:
        self.shop = shop
        self.paths = paths
        self.customer = lab.person(shop)
        self.customer.log_in(*lab.customers.key("gina"))
        self.bought: list[str] = []
        """Who bought something, by e-mail address."""
        self._stranger = lab.person(shop)
        self._buyer = lab.person(shop)
        self._paper = paper
        self._goods = goods
        self._orders = orders
        self._is_patient = True

    def warm_up(self) -> None:
        """Open every page once: whoever has just begun needs longer."""
        for path in [FRONT, *self.paths]:
            self._stranger.get(path)
            self.customer.get(path)

    def come(self, chance: random.Random) -> None:
        """Do what the sale's visitors do, once each, and wait for the paper."""
        for path in chance.choices(self.paths, k=CUSTOMERS):
            self.customer.get(path)
        for path in chance.choices([FRONT, *self.paths], k=STRANGERS):
            self._stranger.get(path)
        email = self._paper.email("count")
        self._buyer.add(self._goods.slug(), form="/login/")
        self._buyer.check_out("Asha", email, "2 Lotus Lane")
        self.bought.append(email)
        if self._is_patient:
            # Once is enough to learn that some paper never comes.
            self._is_patient = self._orders.settled([email])


class Cpu:
    """How much of each server the sale asks for, and how many visitors it may send."""

    measures = ("asked",)

    def __init__(self, lab: Lab, paper: Paper, goods: Goods) -> None:
        self._lab = lab
        self._paper = paper
        self._goods = goods

    def take(self) -> None:
        """Work out how much of each server the sale asks for, and put its rate into the plan."""
        lab, shop, healthy = self._lab, self._lab.shop, self._lab.healthy
        lab.step("costing", visits=VISITS)
        paths = list(lab.live_products().by_path)
        regulars = [
            Regulars(lab, one, self._paper, self._goods, orders, paths)
            for one, orders in ((healthy, lab.orders(healthy)), (shop, self._paper.orders))
        ]
        costs = self._measure(regulars)
        self._paper.owe("count", regulars[1].bought)
        asked = self._asked(costs)
        rate = self._plan(costs)
        lab.measure("asked", max(asked.values()))
        lab.measure("asked_by_server", asked)
        lab.measure("rate", round(rate, 1))
        lab.measure("visit_ms", round(1000 * sum(costs.usual(1).values()) / VISITS, 1))
        if max(asked.values()) > ROOM:
            self._explain(asked, costs, regulars)
        # It has connections too, and there are not many.
        lab.put_away(healthy)

    def _measure(self, regulars: list[Regulars]) -> Costs:
        """Have *regulars* come to their shops in turns; return what that costs."""
        lab = self._lab
        seeds = [lab.random.randrange(2**32) for _ in range(TURNS + 1)]

        def visit(turn: int, place: int) -> None:
            lab.cancel.check()
            regulars[place].come(random.Random(seeds[turn]))  # noqa: S311 - twice the same

        for regular in regulars:
            regular.warm_up()
        visit(TURNS, 0)
        visit(TURNS, 1)
        began = time.monotonic()

        def enough(costs: Costs) -> bool:
            turns, is_clear = len(costs.turns), self._is_clear(costs)
            if turns >= CLEAR_TURNS and is_clear:
                return True
            # Paper that takes its time is waited for in each turn, and learners are waiting, too.
            patience = COUNTING if is_clear else 2 * COUNTING
            return turns >= FEWEST_TURNS and time.monotonic() - began > patience

        shops = [regular.shop for regular in regulars]
        return lab.costs(shops, visit, turns=TURNS, idle=IDLE, enough=enough)

    def _asked(self, costs: Costs) -> dict[str, float]:
        """Return how much of each server of the shop the sale asks for, in percent."""
        part = 100 * ASKED_OF_BUSIER / self._busier(costs)
        mine = costs.parts(1)
        return {
            server: round(part * _sum(mine, services), 1)
            for server, services in self._lab.shop.servers.items()
        }

    def _busier(self, costs: Costs) -> float:
        """Return which part of a visit is the work of the reference's busier server."""
        parts = costs.parts(0)
        return max(_sum(parts, services) for services in self._lab.healthy.servers.values())

    def _is_clear(self, costs: Costs) -> bool:
        """Return whether a few turns more would hardly carry the measure across a bound."""
        most = max(self._asked(costs).values())
        return all(abs(most - bound) > CLEAR * bound for bound in self._lab.bounds("asked"))

    def _plan(self, costs: Costs) -> float:
        """Have as many come as the reference's busier server can do; return the rate."""
        busier = self._busier(costs) * CROWDING
        share = _cores(self._lab.shop) * ASKED_OF_BUSIER / busier
        rate = share / sum(costs.usual(0).values()) * VISITS
        self._lab.plan = replace(self._lab.plan, rate=round(rate, 2))
        return rate

    def _explain(self, asked: dict[str, float], costs: Costs, regulars: list[Regulars]) -> None:
        """Say which server has too much to do, and what it does that the reference does not."""
        lab, parts, mine = self._lab, costs.parts(0), costs.parts(1)
        busiest = max(asked, key=lambda server: asked[server])
        services = lab.shop.servers[busiest]
        if "postgres" in services and len(services) > 1:
            lab.find("crowded", server=busiest, asked=asked[busiest], services=", ".join(services))
        new = self._new_statements(regulars)
        grown = {service: cost - parts.get(service, 0.0) for service, cost in mine.items()}
        heavier = max(grown, key=lambda service: grown[service])
        times = mine[heavier] / parts[heavier] if heavier in parts else 1.0
        if new and times > HEAVIER:
            statement = lab.brief_of(new[0])
            lab.find("new_work", service=heavier, times=round(times, 1), statement=statement)
        elif "postgres" not in services or len(services) == 1:
            # What is made anew costs each time: of two accidents that is one.
            finding = "heavier" if lab.measures["hit_rate"] >= HITS else "heavier_unkept"
            lab.find(finding, server=busiest, asked=asked[busiest], service=heavier)

    def _new_statements(self, regulars: list[Regulars]) -> list[str]:
        """Return the statements about products that the reference has not, on a page of both."""
        lab, path = self._lab, regulars[0].paths[0]
        shapes = []
        for regular in regulars:
            with regular.shop.counting() as statements:
                regular.customer.get(path)
            shapes.append(Counter(lab.shape_of(text) for text in statements.texts))
        return lab.asking_for_products(shapes[1] - shapes[0])


def _sum(costs: Cost, services: tuple[str, ...]) -> float:
    return sum(costs.get(service, 0.0) for service in services)


def _cores(shop: Shop) -> float:
    return shop.cores(next(iter(shop.servers))) or CORES
