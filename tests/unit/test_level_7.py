"""The rules of level 7, tried without a service."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from tutor.curriculum import draw, draws, find_level
from tutor.lab import Foul
from tutor.lab.experiment import load_experiment
from tutor.lab.fake import FakeLab

if TYPE_CHECKING:
    from collections.abc import Iterator

LEVEL = find_level("07_black_friday")
BUYER = "away-a1b2c3-1@palace.example"


def part(name: str) -> Any:
    """Return a module of the experiment."""
    return import_module(f"{load_experiment(LEVEL).__module__}.{name}")


def found(lab: FakeLab) -> list[str]:
    """Return what was found so far."""
    return [finding.id for finding in lab.findings]


class Orders:
    """Orders whose Redis can go away; *written* are those that the database has."""

    def __init__(self, written: tuple[str, ...] = (), *, has_paper: bool = True) -> None:
        self.is_away = False
        self.awaited = 0
        count = int(has_paper)
        counts = {"mail": count, "invoice": count}
        self._written = {
            email: SimpleNamespace(email=email, number="0A1B2C3D", counts=counts)
            for email in written
        }

    @contextmanager
    def redis_away(self) -> Iterator[None]:
        """Note that it is away during the block."""
        self.is_away = True
        yield
        self.is_away = False

    def of(self, emails: list[str]) -> dict[str, Any]:
        """Return those of *emails* that are written."""
        return {email: order for email, order in self._written.items() if email in emails}

    def revive(self) -> None:
        """Start what died of it."""
        assert not self.is_away

    def await_workers(self) -> None:
        """Note that somebody waited for the workers."""
        self.awaited += 1

    def settled(self, emails: list[str]) -> bool:
        """Nothing is left to wait for."""
        return True


class Checkout:
    """A checkout that ends with *status*; it must be done while Redis is away."""

    email = BUYER

    def __init__(self, orders: Orders, status: int) -> None:
        self._orders = orders
        self.status = status
        self.is_served = status == 302

    def run(self) -> None:
        """Press the button."""
        assert self._orders.is_away


def after_an_outage(orders: Orders, status: int) -> FakeLab:
    """Return the lab after somebody with *orders* was answered with *status* meanwhile."""
    lab = FakeLab(LEVEL, quick=False)
    paper = SimpleNamespace(
        orders=orders,
        groups={},
        refuse_unwritten=lambda emails, theirs: None,
        miscounts=lambda theirs: (
            (order, job, count)
            for order in theirs
            for job, count in order.counts.items()
            if count != 1
        ),
    )
    paper.owe = lambda group, emails: paper.groups.setdefault(group, []).extend(emails)
    budget = part("paperwork").Paperwork(lab, paper, cast("Any", None))
    budget._checkout = lambda group: Checkout(orders, status)
    budget._take_redis_away()
    budget._note_the_lost("away")
    lab.measure("lost", len(budget._lost))
    return lab


def test_every_draw_has_an_accident_that_the_quick_check_cannot_see() -> None:
    """Green is never the end of the search."""
    hidden = {goal.id for goal in LEVEL.goals if goal.full_only}

    for drawn in (*draws(LEVEL), *(draw(LEVEL, number) for number in range(200))):
        assert any(accident.breaks in hidden for accident in drawn), drawn


def test_a_quick_check_tells_numbers_and_no_cause() -> None:
    """No file, no line, no service and no setting stands in what it tells instead."""
    told = set(LEVEL.told_briefly.values())

    assert told
    for name in told:
        assert name not in LEVEL.told_briefly
        for text in LEVEL.finding_texts[name].values():
            assert text.rstrip().endswith((".", "?"))
            for word in ("{file}", "{line}", "{code}", "{statement}", "Vary", "cookie", "cache"):
                assert word not in text, (name, word)


@pytest.mark.parametrize(
    ("written", "status", "unserved", "finding"),
    [
        ((BUYER,), 302, 0, []),
        ((BUYER,), 500, 1, ["away_unthanked"]),
        ((), 503, 1, ["away_refused"]),
        ((), 0, 1, ["away_refused"]),
    ],
)
def test_an_order_needs_no_redis(
    written: tuple[str, ...], status: int, unserved: int, finding: list[str]
) -> None:
    """Whoever buys meanwhile is thanked; an error for an order that is written is another story."""
    orders = Orders(written)

    lab = after_an_outage(orders, status)

    assert lab.measures["unserved"] == unserved
    assert found(lab) == finding
    assert orders.awaited == 1


def test_what_was_bought_without_redis_is_owed_its_paper() -> None:
    """Also where the buyer read an error: the order is there."""
    for status in (302, 500):
        assert after_an_outage(Orders((BUYER,)), status).measures["lost"] == 0
        assert after_an_outage(Orders((BUYER,), has_paper=False), status).measures["lost"] == 2


def test_redis_is_gone_for_five_seconds_towards_the_end_of_the_sale(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not before, and it is back before the doors are closed, and at the latest then."""
    incident = part("incident")
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(incident, "time", SimpleNamespace(monotonic=lambda: clock.now))
    lab = FakeLab(LEVEL, quick=False)
    happens = incident.STARTS + lab.plan.seconds - incident.BACK - incident.LASTS

    orders = Orders()
    with incident.Incident(lab, orders, "redis") as under_way:
        under_way.look()
        clock.now += happens - 0.01
        under_way.look()
        assert not orders.is_away
        clock.now += 0.02
        under_way.look()
        clock.now += incident.LASTS - 0.01
        under_way.look()
        assert orders.is_away
        clock.now += 0.02
        under_way.look()
        assert not orders.is_away
    with incident.Incident(lab, orders, "redis") as under_way:
        under_way.look()
        clock.now += happens
        under_way.look()
        assert orders.is_away
    assert not orders.is_away


@pytest.mark.parametrize(
    ("slowdown", "asked", "busiest", "is_noise"),
    [
        (3.0, 63.5, 96.0, True),
        (1.0, 63.5, 96.0, False),
        (3.0, 85.0, 96.0, False),
        (3, 63, 70, False),
    ],
)
def test_a_queue_on_a_crowded_machine_is_not_the_shops(
    monkeypatch: pytest.MonkeyPatch, slowdown: float, asked: float, busiest: float, is_noise: bool
) -> None:
    """Where the shop has room by its costs, was full all the same, and others took their part."""
    lab, sale = FakeLab(LEVEL, quick=False), part("sale")
    lab.measure("peak", 8)
    monkeypatch.setattr(lab.shop, "full_strength", lambda: None)
    monkeypatch.setattr(sale, "is_lost", lambda lab: False)
    monkeypatch.setattr(lab, "patience", lambda seconds: seconds * slowdown)
    outcome = sale.Outcome(0, True, 5.0, asked, busiest)
    doors = sale.Sale(lab, cast("Any", None), cast("Any", None), [], "flush")
    monkeypatch.setattr(doors, "_let_them_in", lambda: outcome)

    doors.open()

    assert ("too_noisy" in found(lab)) is is_noise


@pytest.mark.parametrize(("written", "is_refused"), [(3, False), (4, False), (2, True)])
def test_whoever_was_thanked_in_the_crowd_has_an_order(written: int, is_refused: bool) -> None:
    """More than were thanked in time may have one; fewer are refused with their number."""
    lab = FakeLab(LEVEL, quick=False)
    lab.shop.answer("FROM orders_order", [(f"sale-{n}",) for n in range(written)])
    groups: dict[str, list[str]] = {"sale": []}
    paper = SimpleNamespace(groups=groups, owe=lambda group, emails: groups[group].extend(emails))
    doors = part("sale").Sale(lab, cast("Any", paper), cast("Any", None), [], "flush")

    if is_refused:
        with pytest.raises(Foul):
            doors._owe("sale", 3)
        assert lab.findings[-1].params == {"thanked": 3, "count": 1}
    else:
        doors._owe("sale", 3)
    assert lab.measures["orders"] == written
