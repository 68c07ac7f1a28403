"""The rules of level 9, tried on shelves that were written down."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

from tutor.curriculum import find_level
from tutor.lab import Foul
from tutor.lab.experiment import load_experiment
from tutor.lab.fake import FakeLab

PATH = "/bestsellers/"
ROWS = [
    (f"mat-{number}", f"Mat {number}", "Om", Decimal("19.90"), None, None, 100 - number)
    for number in range(12)
]


def shelf(rows: list[tuple[Any, ...]]) -> str:
    """Return a page with *rows* on the shelf."""
    return "".join(
        f'<article data-product="{slug}"><b data-field="name">{name}</b>'
        f'<b data-field="brand">{brand}</b><b data-field="price" content="{price}">€</b>'
        f'<b data-field="pieces">{pieces}</b></article>'
        for slug, name, brand, price, _, _, pieces in rows
    )


def with_price(price: str) -> list[tuple[Any, ...]]:
    """Return the shelf with another price in its third place."""
    changed = list(ROWS)
    changed[2] = (*ROWS[2][:3], Decimal(price), *ROWS[2][4:])
    return changed


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> FakeLab:
    """A lab whose bookkeeping knows twelve products, and whose shop has one cache."""
    lab = FakeLab(find_level("9"))
    monkeypatch.setattr(type(lab.shop), "services", {"memcached": None, "worker": None})
    lab.shop.answer("FROM bookkeeping.figures", ROWS)
    lab.can("cache_entries", SimpleNamespace(keys=set, flushes=0))
    return lab


def module(lab: FakeLab, name: str) -> ModuleType:
    """Return a module of the experiment."""
    load_experiment(lab.level)
    return sys.modules[f"levelup_experiment_{lab.level.slug}.{name}"]


class Books:
    """A bookkeeping that was asked so often before, and so often afterwards."""

    def __init__(self, computes: int) -> None:
        self._asked = [0]
        self._computes = computes

    @property
    def asked(self) -> int:
        return self._asked[-1]

    @contextmanager
    def holding(self) -> Iterator[None]:
        self._asked.append(self._computes)
        yield


class Workers:
    """Two workers who take whoever comes."""

    pids = (1, 2)

    @contextmanager
    def only(self, pid: int) -> Iterator[None]:
        yield

    def have_taken(self, visitors: int) -> bool:
        return True


def storm(lab: FakeLab, computes: int) -> list[str]:
    """Let twenty come, of whom so many compute; return what is found."""
    looks = module(lab, "looks").Looks(lab, SimpleNamespace(at=lambda shop: Books(computes)))
    lab.can("workers", Workers())
    module(lab, "storm").Storm(lab, looks).play()
    return [finding.id for finding in lab.findings]


@pytest.mark.parametrize(
    ("computes", "found"), [(1, []), (0, []), (2, ["one_per_worker"]), (20, ["all_compute"])]
)
def test_a_storm_is_told_by_who_computes(lab: FakeLab, computes: int, found: list[str]) -> None:
    """One of all, one of each worker, or everybody."""
    lab.shop.show(PATH, shelf(ROWS))

    assert storm(lab, computes) == found
    assert lab.measures["computes"] == computes


@pytest.mark.parametrize(
    ("page", "foul"), [("<p>Nothing</p>", "shelf_empty"), (shelf(ROWS[1:]), "shelf_wrong")]
)
def test_who_comes_in_a_storm_is_shown_the_shelf(lab: FakeLab, page: str, foul: str) -> None:
    """It is no way out to show nothing, or less."""
    lab.shop.show(PATH, page)

    with pytest.raises(Foul):
        storm(lab, 1)

    assert lab.findings[-1].id == foul


@pytest.mark.parametrize(
    ("shown", "field", "page"),
    [
        (with_price("24.90"), "price", "24.90"),
        ([*ROWS[:2], *ROWS[3:]], "place", "Mat 3"),
        ([*ROWS, ("bell", "Bell", "Om", 1, None, None, 1)], "place", "Bell"),
    ],
)
def test_the_first_difference_is_told(
    lab: FakeLab, shown: list[tuple[Any, ...]], field: str, page: str
) -> None:
    """A field, a product that is missing, or one too many."""
    reading = module(lab, "reading")

    found = reading.difference(lab, shelf(shown), reading.truth_of(lab.shop))

    assert (found.field, found.page) == (field, page)
    assert reading.difference(lab, shelf(ROWS), reading.truth_of(lab.shop)) is None


@pytest.mark.parametrize(
    ("wrong", "is_late", "found", "counted"),
    [
        ([], False, [], (0, 0)),
        ([1], False, ["two_truths"], (1, 0)),
        ([1, 2], False, ["unseen_update"], (1, 0)),
        ([1, 2], True, ["seen_late"], (0, 1)),
    ],
)
def test_an_edit_that_is_not_noticed_has_its_reason(
    lab: FakeLab, wrong: list[int], is_late: bool, found: list[str], counted: tuple[int, int]
) -> None:
    """One worker knows, none does, or both do when the time is up."""
    reading, looks = module(lab, "reading"), module(lab, "looks")
    difference = reading.Difference("Mat", "price", "19.90", "24.90")
    seen = looks.Seen(dict.fromkeys(wrong, difference), workers=2, is_late=is_late)
    edits = module(lab, "edits").Edits(lab, SimpleNamespace(look=lambda: None))

    edits._noted(seen, "unseen_update")

    assert [finding.id for finding in lab.findings] == found
    assert (edits._wrong, edits._late) == counted


class Gate(Books):
    """A bookkeeping at whose gate nobody is ever met, or always one."""

    def __init__(self, held: int) -> None:
        super().__init__(0)
        self.held = held

    @contextmanager
    def holding(self, most: int = 0) -> Iterator[None]:
        yield


@pytest.mark.parametrize(("held", "measured"), [(0, None), (1, 0)])
def test_an_overlap_that_does_not_come_about_says_nothing(
    lab: FakeLab, held: int, measured: int | None
) -> None:
    """It is made again in each way, then told; it is never counted as passed."""
    lab.shop.show(PATH, shelf(ROWS))
    lab.can("workers", Workers())
    lab.can("staff")
    lab.can("wait_until", held)
    gate = Gate(held)
    looks = module(lab, "looks").Looks(lab, SimpleNamespace(at=lambda shop: gate))
    edits = module(lab, "edits").Edits(lab, looks)
    outdated: list[str] = []
    edits.price = lambda staff=None: outdated.append("price")
    edits.ten_per_cent_off = lambda staff=None: None
    lab.can("let_pass")

    module(lab, "overlaps").Overlaps(lab, looks, edits).play()

    assert lab.measures.get("haunted") == measured
    assert [found.id for found in lab.findings] == ([] if held else ["overlap_unseen"])
    assert bool([call for call in lab.called if call.name == "let_pass"]) is not bool(held)


@pytest.mark.parametrize(
    ("workers", "computes", "measured", "found"),
    [(2, 2, 1, []), (3, 3, 1, []), (2, 3, 2, ["all_without_cache"]), (2, 0, 0, [])],
)
def test_without_a_cache_each_worker_computes_for_one_at_a_time(
    lab: FakeLab, workers: int, computes: int, measured: int, found: list[str]
) -> None:
    """However many workers there are; a cache that nobody misses is followed by the other one."""
    accidents = module(lab, "accidents")
    looks = SimpleNamespace(workers=SimpleNamespace(pids=range(workers)))
    tried = accidents.Accidents(lab, looks, SimpleNamespace())
    killed: list[str] = []

    def without(title: str) -> tuple[Counter[str], int]:
        killed.append(title)
        return Counter(), computes

    tried._without = without
    lab.shop.services["redis"] = cast("Any", None)

    tried.kill_cache()

    assert lab.measures["dead_computes"] == measured
    assert [finding.id for finding in lab.findings] == found
    assert killed == (["memcached"] if computes else ["memcached", "redis"])


@pytest.mark.parametrize(
    ("quick", "computes", "waited", "is_late"),
    [(True, 2, [1.0], False), (True, 1, [2.0, 4.0], False), (False, 2, [2.0, 4.0], False)],
    ids=["lost already", "not lost", "a full run"],
)
def test_where_a_quick_check_is_lost_bounds_are_not_waited_out(
    monkeypatch: pytest.MonkeyPatch,
    quick: bool,
    computes: int,
    waited: list[float],
    is_late: bool,
) -> None:
    """The shelf is wrong all the same; how late it would be right says nothing new."""
    lab = FakeLab(find_level("9"), quick=quick)
    lab.can("patience", 1.0)
    lab.measure("computes", computes)
    looks = module(lab, "looks").Looks(lab, SimpleNamespace())
    difference = module(lab, "reading").Difference("Mat", "price", "19.90", "24.90")
    wrong = module(lab, "looks").Seen({1: difference}, workers=1)
    asked: list[float] = []
    looks.look_until_true = lambda seconds: asked.append(seconds) or wrong

    seen = looks.must_be_true()

    assert asked == waited
    assert (bool(seen.wrong), seen.is_late) == (True, is_late)
