"""What the same visits cost several shops in CPU, measured in turns on the same ground."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import fmean

from tutor.lab.shop import Shop

LEAST = 1e-5
"""CPU seconds below which nothing is said to cost: processes count in ticks."""

Cost = dict[str, float]
"""By service, CPU seconds."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What a visit costs each service of each shop, turn by turn."""

    turns: Sequence[Sequence[Cost]]
    """By turn and shop. In a turn all shops run on the same core, in the same moment."""

    def usual(self, shop: int) -> Cost:
        """Return what a visit costs the shop here and now."""
        return _middle([turn[shop] for turn in self.turns])

    def parts(self, shop: int) -> Cost:
        """Return what a visit costs the shop, in units of what it costs the first one.

        Divided turn by turn: whatever slowed one of them down slowed the other down.
        """
        return _middle(
            [
                {service: cost / sum(turn[0].values()) for service, cost in turn[shop].items()}
                for turn in self.turns
            ]
        )


def _middle(costs: Sequence[Cost]) -> Cost:
    """Return the usual cost of each service: the mean of the middle half.

    As deaf to a turn that went wrong as a median, and half again as steady from a few turns.
    """
    edge = (len(costs) + 1) // 4
    kept = slice(edge, len(costs) - edge)
    return {service: fmean(sorted(cost[service] for cost in costs)[kept]) for service in costs[0]}


def measure_costs(
    shops: Sequence[Shop],
    visit: Callable[[int, int], None],
    cores: Sequence[int],
    turns: int,
    told: Callable[[int, float], None] = lambda place, seconds: None,
    enough: Callable[[Costs], bool] = lambda costs: False,
    idle: Sequence[Cost] = (),
) -> Costs:
    """Have *visit*, which gets a turn and a shop by number, come to each shop in turns.

    *turns* are spread over *cores*: they may not be equally fast. Who came first on each of them
    comes last the next time: it makes a difference. *told* hears of each turn: whose
    it was, and the CPU seconds that it took. Fewer turns will do once *enough* says so, which is
    asked when each core had its turn. *idle* is what each shop uses in a second in which nobody
    comes: how long a turn takes is no cost of the visits.
    """
    measured: list[list[Cost]] = []
    for number in range(turns):
        with ExitStack() as bound:
            for shop in shops:
                if cores:
                    bound.enter_context(shop.on_core(cores[number % len(cores)]))
            turn: dict[int, Cost] = {}
            for place in _order(len(shops), number // max(1, len(cores))):
                shop, rest = shops[place], idle[place] if idle else {}
                turn[place] = _turn(shop, visit, number, place, rest)
                told(place, sum(turn[place].values()))
            measured.append([turn[place] for place in range(len(shops))])
        if (number + 1) % max(1, len(cores)) == 0 and enough(Costs(measured)):
            break
    return Costs(measured)


def _order(places: int, lap: int) -> Sequence[int]:
    """Return in which order *places* are visited: there and back, lap by lap."""
    return range(places) if lap % 2 == 0 else range(places - 1, -1, -1)


def idle_costs(shops: Sequence[Shop], wait: Callable[[], None]) -> list[Cost]:
    """Return what a second costs each of *shops* while nobody comes, which is while we *wait*."""
    began, before = time.monotonic(), [shop.cpu_of_services() for shop in shops]
    wait()
    after, seconds = [shop.cpu_of_services() for shop in shops], time.monotonic() - began
    return [
        {name: max(0.0, used - then.get(name, 0.0)) / seconds for name, used in now.items()}
        for then, now in zip(before, after, strict=True)
    ]


def _turn(
    shop: Shop, visit: Callable[[int, int], None], number: int, place: int, idle: Cost
) -> Cost:
    began, before = time.monotonic(), shop.cpu_of_services()
    visit(number, place)
    after, seconds = shop.cpu_of_services(), time.monotonic() - began
    return {
        service: max(LEAST, used - before.get(service, 0.0) - seconds * idle.get(service, 0.0))
        for service, used in after.items()
    }
