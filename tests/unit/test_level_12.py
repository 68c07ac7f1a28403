"""The rules of level 12, tried without a service."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tutor.curriculum import find_level
from tutor.lab import Foul
from tutor.lab.experiment import load_experiment
from tutor.lab.fake import FakeLab, Page

LEVEL = find_level("12_cyber_monday")
ASKED = 'SELECT 1 FROM "catalog_product"'
PRODUCT = ("/category/mats/", "mat", "Cork Mat", "Om", "Peru", "Mats", 20, None, None, 9, "", 0)
CARD = """
<article data-product="{slug}"><b data-field="name">{name}</b><i data-field="brand">Om</i>
<b data-field="price" content="{price}"></b><s data-field="old_price" content="20.00"></s>
<i data-field="promotion">Cyber Monday</i></article>
"""
DEALS = [
    (slug, name, "Om", Decimal("13.00"), Decimal("20.00"), "Cyber Monday")
    for slug, name in (("mat", "Cork Mat"), ("bell", "Brass Bell"))
]


def card(slug: str, name: str, price: str = "13.00") -> str:
    """Return a card as the page has it."""
    return CARD.format(slug=slug, name=name, price=price)


MAT, BELL = card("mat", "Cork Mat"), card("bell", "Brass Bell")


def lab_with(page: str = MAT + BELL, *, on_db1: int = 0, on_db2: int = 0) -> FakeLab:
    """Return a lab with two deals, on a page that asks both servers for them."""
    lab = FakeLab(LEVEL)
    lab.shop.replicas = ("replica",)
    lab.shop.site = cast("Any", SimpleNamespace(last_crash=lambda: None))
    lab.shop.answer("FROM catalog_product AS product", [(*PRODUCT, None)])
    lab.shop.answer("promotion.id = ANY", DEALS)
    lab.shop.answer("SELECT id FROM public.catalog_promotion", [(1,)])
    for path in ("/", "/category/mats/", "/product/mat/"):
        lab.shop.show(path, Page("Cork Mat"))
    lab.shop.show("/", Page("Cork Mat", reads=(ASKED,) * on_db2))
    lab.shop.show("/monday/", Page(page, statements=[ASKED] * on_db1))
    return lab


def part(name: str) -> Any:
    """Return a module of the experiment."""
    return import_module(f"{load_experiment(LEVEL).__module__}.{name}")


def found(lab: FakeLab) -> list[str]:
    """Return what was found so far."""
    return [finding.id for finding in lab.findings]


@pytest.mark.parametrize(("replicas", "finding"), [((), "no_copy"), (("replica",), "service_gone")])
def test_what_is_taken_away_cannot_fail(replicas: tuple[str, ...], finding: str) -> None:
    """So nothing is measured before it is put back."""
    lab = lab_with()
    lab.shop.replicas = replicas
    lab.shop.site = cast("Any", SimpleNamespace(services={}))

    with pytest.raises(Foul):
        load_experiment(LEVEL)(lab).check()

    assert found(lab) == [finding]


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        (MAT + BELL, {}),
        (BELL + MAT, {"field": "place", "page": "Brass Bell", "database": "Cork Mat"}),
        (MAT, {"field": "place", "page": "–", "database": "Brass Bell"}),
        (MAT + BELL + MAT, {"field": "place", "page": "Cork Mat", "database": "–"}),
        (card("mat", "Cork Mat", "14.00") + BELL, {"field": "price", "page": "14.00"}),
    ],
)
def test_the_deals_are_read_in_order(page: str, wrong: dict[str, str]) -> None:
    """The first thing that is wrong is named, with what belongs there."""
    lab = lab_with()
    monday = load_experiment(LEVEL)(lab).monday  # type: ignore[attr-defined]

    said = monday.difference(page)

    assert bool(said) is bool(wrong)
    assert wrong.items() <= said.items()


@pytest.mark.parametrize(
    ("on_db1", "on_db2", "share", "finding"),
    [(1, 9, 90, []), (4, 6, 60, []), (5, 5, 50, ["bored"]), (0, 0, 0, ["bored"])],
)
def test_db2_answers_its_part(on_db1: int, on_db2: int, share: int, finding: list[str]) -> None:
    """Statements about the catalogue are counted on both servers."""
    lab = lab_with(on_db1=on_db1, on_db2=on_db2)
    lab.random.sample = lambda of, k: list(of)[:1]  # type: ignore[method-assign, assignment]
    monday = load_experiment(LEVEL)(lab).monday  # type: ignore[attr-defined]

    part("reads").Reads(lab, monday).play()

    assert lab.measures["share"] == share
    assert found(lab) == finding


def test_what_db1_is_asked_all_the_same_is_not_taken_off_it() -> None:
    """However much of it db2 is asked as well."""
    lab = lab_with(on_db1=1)
    reads = ('SELECT 1 FROM "catalog_promotion"',) * 60
    lab.shop.show("/monday/", Page(MAT + BELL, statements=[ASKED], reads=reads))
    lab.random.sample = lambda of, k: list(of)[:1]  # type: ignore[method-assign, assignment]
    monday = load_experiment(LEVEL)(lab).monday  # type: ignore[attr-defined]

    part("reads").Reads(lab, monday).play()

    assert lab.measures["share"] == 0
    assert found(lab) == ["asked_in_vain"]


@pytest.mark.parametrize(
    ("computes", "held", "strangers", "finding"),
    [
        (2, 2, 1, "customers_compute"),
        (10, 8, 1, "customers_compute"),
        (2, 2, 2, "one_per_worker"),
        (20, 1, 1, "not_looked_again"),
        (20, 8, 8, "all_compute"),
    ],
)
def test_why_more_than_one_computes_is_told(
    computes: int, held: int, strangers: int, finding: str
) -> None:
    """By who stood there together, and when."""
    lab = lab_with()
    storm = part("storm")
    monday = SimpleNamespace(workers=SimpleNamespace(pids=[1, 2]))

    storm.Storm(lab, monday)._tell(storm.Blow(computes, 1.0, [], held, strangers))

    assert found(lab) == [finding]


@pytest.mark.parametrize(
    ("computes", "held", "early"), [(1, 1, False), (2, 1, True), (4, 1, False), (2, 2, False)]
)
def test_who_looked_a_moment_too_early_is_no_stampede(
    computes: int, held: int, early: bool
) -> None:
    """The lock was free when she had seen that nothing was kept; twenty are no accident."""
    assert part("storm").Blow(computes, 1.0, [], held).is_early is early


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("<p>Namaste, Gina.</p>", True),
        ("<!-- Gina -->", False),
        ('<p title="Gina">Namaste.</p>', False),
        ("<title>Gina</title>", False),
    ],
)
def test_a_name_is_read_where_it_can_be_seen(text: str, seen: bool) -> None:
    """A comment greets nobody."""
    assert ("Gina" in part("people").UNSEEN.sub(" ", text)) is seen


@pytest.mark.parametrize(
    ("computes", "seconds", "excused"),
    [(1, 9.0, False), (2, 3.9, False), (2, 4.1, True), (3, 4.1, False), (20, 9.0, False)],
)
def test_only_who_was_held_up_is_excused(computes: int, seconds: float, excused: bool) -> None:
    """A lock ends by itself: on a busy machine somebody else may rightly begin."""
    assert part("storm").Blow(computes, seconds, []).is_excused is excused


def test_each_accident_of_the_sale_happens_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In an order drawn anew, and each ends before the next begins."""
    lab = lab_with()
    lab.shop.can("flush_cache")
    lab.can("step")
    sale, now = part("sale"), [100.0]
    monkeypatch.setattr(sale.time, "monotonic", lambda: now[0])
    accidents = sale.Accidents(lab, load_experiment(LEVEL)(lab).monday)  # type: ignore[attr-defined]
    states = []
    for _ in range(400):
        accidents.look()
        states.append(lab.standby().state)
        now[0] += 0.1
    accidents.close()

    kinds = [kind for _, kind in accidents.happened]
    assert sorted(kinds) == sorted(sale.ACCIDENTS)
    assert set(states) == {"follows", "paused", "silent"}
    assert lab.standby().state == "follows"
    assert accidents.before(0.0) == ""
    assert accidents.before(now[0]) == kinds[-1]


@pytest.mark.parametrize(
    ("late", "quick", "measured"),
    [
        (True, True, {"late": 1}),
        (True, False, {"late": 5, "haunted": 2}),
        (False, True, {"late": 0, "haunted": 0}),
    ],
)
def test_a_page_that_is_late_is_not_said_to_be_haunted_in_a_quick_check(
    late: bool, quick: bool, measured: dict[str, int]
) -> None:
    """It would be old all the same; a full run looks at everything."""
    lab = FakeLab(LEVEL, quick=quick)
    edits = part("edits").Edits(lab, SimpleNamespace())
    edits._is_late = lambda way: late
    edits._is_haunted = lambda way: late

    edits.play()

    assert lab.measures == measured


@pytest.mark.parametrize(("computes", "seconds"), [(1, 2.0), (2, 1.0)])
def test_an_edit_is_waited_for_as_long_as_it_says(computes: int, seconds: float) -> None:
    """Where a quick check is lost already, that is half as long."""
    lab = lab_with()
    lab.measure("computes", computes)
    lab.can("patience", 1.0)
    lab.can("wait_for_jobs", False)
    edits = part("edits").Edits(lab, SimpleNamespace(look=dict))

    edits._wrong_until_soon()

    (call,) = [call for call in lab.called if call.name == "wait_for_jobs"]
    assert call.kwargs["within"] == seconds


class FakeFailover:
    """Two servers that take orders, or do not: *refused* says how many after each step."""

    def __init__(self, lab: FakeLab, refused: list[int], present: list[str] | None = None) -> None:
        self.shop = lab.shop
        self.steps: list[str] = []
        self.refused = refused
        self.present = present

    def __getattr__(self, step: str) -> Any:
        """Note what is done to the servers."""
        return lambda: self.steps.append(step)

    def waiting(self) -> int:
        """Return how many commits wait."""
        return 0

    def sql(self, query: str, params: list[list[str]]) -> list[tuple[str]]:
        """Return which orders db2 has."""
        return [(email,) for email in (params[0] if self.present is None else self.present)]


class FakeBuyers:
    """Those who come, without a shop to come to."""

    AT_ONCE = 6

    def __init__(self, failover: FakeFailover, problem: str = "status 500") -> None:
        self.failover = failover
        self.problem = problem
        self.confirmed = ["one@palace.example", "two@palace.example"]

    def buy_until_all_can(self, seconds: float) -> list[SimpleNamespace]:
        """Return as many as were to be refused."""
        return [SimpleNamespace(status=0, problem=self.problem)] * self.failover.refused.pop(0)

    def with_full_carts(self) -> list[SimpleNamespace]:
        """Return nobody."""
        return []

    def press(self, buyers: list[SimpleNamespace], patience: float = 0.0) -> list[SimpleNamespace]:
        """Do nothing."""
        return []


def promoted(lab: FakeLab, failover: FakeFailover, problem: str = "status 500") -> int:
    """Play the promotion and return how many could not buy at its end."""
    promotion = part("promotion").Promotion(lab)
    buyers = FakeBuyers(failover, problem)
    promotion._open_the_ledger(failover, buyers)
    return int(promotion._count_unsold(failover, buyers))


@pytest.mark.parametrize(
    ("refused", "problem", "finding"),
    [
        ([0, 0, 0], "", []),
        ([3], "status 500", ["not_on_the_pair"]),
        ([0, 6], "status 500", ["db1_only"]),
        ([0, 6], "no answer", ["waits_for_db1"]),
        ([0, 0, 2], "status 500", ["back_to_db1"]),
    ],
)
def test_who_cannot_order_is_told_what_happened_last(
    refused: list[int], problem: str, finding: list[str]
) -> None:
    """Nothing more is done to the servers of a shop that has lost its way."""
    lab = lab_with()
    lab.can("step")
    last = refused[-1]

    unsold = promoted(lab, failover := FakeFailover(lab, refused), problem)

    assert unsold == last
    assert found(lab) == finding
    assert ("bring_back" in failover.steps) is (finding in ([], ["back_to_db1"]))
    assert lab.measures["unkept"] == 0


def test_who_was_thanked_must_be_on_the_promoted_server() -> None:
    """Each that is missing there counts."""
    lab = lab_with()
    lab.can("step")

    promoted(lab, FakeFailover(lab, [0, 0, 0], present=["two@palace.example"]))

    assert lab.measures["unkept"] == 1
    assert found(lab) == ["confirmed_gone"]
