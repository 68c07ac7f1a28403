"""What a visit costs several shops: in turns, on the same ground, as parts of the first one's."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from tutor.lab.instruments.costs import LEAST, Costs, idle_costs, measure_costs


class FakeShop:
    """A shop whose services use what a visit is told to cost."""

    def __init__(self, journal: list[str], name: str) -> None:
        self.journal = journal
        self.name = name
        self.used = {"gunicorn": 1.0, "postgres": 2.0}

    def cpu_of_services(self) -> dict[str, float]:
        """Return the seconds used so far."""
        return dict(self.used)

    @contextmanager
    def on_core(self, core: int) -> Iterator[None]:
        """Note the core."""
        self.journal.append(f"{self.name} on {core}")
        yield


def test_shops_are_visited_in_turns_on_the_same_core() -> None:
    """Both are bound before either is visited; who came first on a core comes last on it next."""
    journal: list[str] = []
    shops = [FakeShop(journal, name) for name in "ab"]

    def visit(turn: int, place: int) -> None:
        journal.append(f"visit {turn} of {shops[place].name}")
        shops[place].used["gunicorn"] += 0.1 * (place + 1)

    costs = measure_costs(shops, visit, [4, 7], turns=3)  # type: ignore[arg-type]

    assert journal == [
        *("a on 4", "b on 4", "visit 0 of a", "visit 0 of b"),
        *("a on 7", "b on 7", "visit 1 of a", "visit 1 of b"),
        *("a on 4", "b on 4", "visit 2 of b", "visit 2 of a"),
    ]
    assert round(costs.usual(1)["gunicorn"], 3) == 0.2
    assert costs.usual(0)["postgres"] == LEAST


def test_turns_end_once_they_are_enough_and_each_core_had_as_many() -> None:
    """A quick check measures until the answer is clear, not until the last decimal."""
    journal: list[str] = []
    shops = [FakeShop(journal, "a")]
    asked: list[int] = []

    def enough(costs: Costs) -> bool:
        asked.append(len(costs.turns))
        return len(costs.turns) >= 3

    costs = measure_costs(
        shops,  # type: ignore[arg-type]
        lambda turn, place: None,
        [4, 7],
        turns=10,
        enough=enough,
    )

    assert asked == [2, 4]
    assert len(costs.turns) == 4
    assert journal == ["a on 4", "a on 7"] * 2


def test_a_slow_turn_is_slow_for_both() -> None:
    """Parts are worked out within a turn, so that they stay the same."""
    calm, slow = {"gunicorn": 0.25, "postgres": 0.75}, {"gunicorn": 0.5, "postgres": 1.5}

    costs = Costs([[calm, calm], [slow, slow], [slow, slow]])

    assert costs.usual(1) == slow
    assert costs.parts(1) == costs.parts(0) == {"gunicorn": 0.25, "postgres": 0.75}


def test_a_service_that_began_meanwhile_counts_from_nothing() -> None:
    """A worker that was started again has no past."""
    shop = FakeShop([], "a")

    def visit(turn: int, place: int) -> None:
        shop.used["worker"] = 0.5

    costs = measure_costs([shop], visit, [], turns=1)  # type: ignore[list-item]

    assert costs.usual(0)["worker"] == 0.5


def test_a_turn_that_went_wrong_is_left_out() -> None:
    """Neither the dearest turns count nor the cheapest: the middle half does."""
    turns = [[{"gunicorn": cost}] for cost in (0.1, 0.4, 0.5, 0.6, 9.0)]

    assert round(Costs(turns).usual(0)["gunicorn"], 6) == 0.5


def test_how_long_a_turn_takes_is_no_cost_of_the_visits() -> None:
    """What a service uses while nobody comes is taken off, by the seconds of the turn."""
    shop = FakeShop([], "a")

    def visit(turn: int, place: int) -> None:
        time.sleep(0.05)
        shop.used["gunicorn"] += 0.3

    busy = measure_costs([shop], visit, [], turns=1, idle=[{"gunicorn": 2.0}])  # type: ignore[list-item]

    assert 0.3 - 2.0 * 0.5 < busy.usual(0)["gunicorn"] <= 0.3 - 2.0 * 0.05


def test_idle_costs_are_told_by_the_second() -> None:
    """They are what a service used while somebody waited; one that used nothing costs nothing."""
    shop = FakeShop([], "a")

    def wait() -> None:
        time.sleep(0.02)
        shop.used["gunicorn"] += 1.0

    (idle,) = idle_costs([shop], wait)  # type: ignore[list-item]

    assert 0 < idle["gunicorn"] <= 1.0 / 0.02
    assert idle["postgres"] == 0.0
