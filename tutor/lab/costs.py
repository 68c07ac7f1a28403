"""What the same visits cost several shops in CPU, measured in turns on the same ground."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

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
    """Return the median cost of each service."""
    return {service: median(cost[service] for cost in costs) for service in costs[0]}


def measure_costs(
    shops: Sequence[Shop],
    visit: Callable[[int, int], None],
    cores: Sequence[int],
    turns: int,
    told: Callable[[int, float], None] = lambda place, seconds: None,
    enough: Callable[[Costs], bool] = lambda costs: False,
) -> Costs:
    """Have *visit*, which gets a turn and a shop by number, come to each shop in turns.

    *turns* are spread over *cores*: they may not be equally fast. *told* hears of each turn: whose
    it was, and the CPU seconds that it took. Fewer turns will do once *enough* says so, which is
    asked when each core had its turn.
    """
    measured: list[list[Cost]] = []
    for number in range(turns):
        with ExitStack() as bound:
            for shop in shops:
                if cores:
                    bound.enter_context(shop.on_core(cores[number % len(cores)]))
            measured.append([])
            for place, shop in enumerate(shops):
                cost = _turn(shop, visit, number, place)
                measured[-1].append(cost)
                told(place, sum(cost.values()))
        if (number + 1) % max(1, len(cores)) == 0 and enough(Costs(measured)):
            break
    return Costs(measured)


def _turn(shop: Shop, visit: Callable[[int, int], None], number: int, place: int) -> Cost:
    before = shop.cpu_of_services()
    visit(number, place)
    after = shop.cpu_of_services()
    return {s: max(LEAST, used - before.get(s, 0.0)) for s, used in after.items()}
