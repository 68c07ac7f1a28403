"""The rules of level 8, tried without a service."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from tutor.curriculum import find_level
from tutor.lab import Foul
from tutor.lab.experiment import load_experiment
from tutor.lab.fake import FakeLab, Page
from tutor.probes.statements import Statements

if TYPE_CHECKING:
    from collections.abc import Iterator

LEVEL = find_level("08_replica")
ASKED = 'SELECT 1 FROM "catalog_product"'
PRODUCT = ("/category/mats/", "mat", "Cork Mat 7F", "Om", "Peru", "Mats", 20, None, None, 9, "", 0)


class Copy:
    """A copy that is told what it was asked, and only notes what is done to it."""

    def __init__(self, texts: list[str], problems: dict[str, str] | None = None) -> None:
        problems = problems or {}
        self.log = Statements(list(texts), Counter(list(problems)), dict(problems))
        self.done: list[str] = []
        self.tries = 1

    def catch_up(self) -> None:
        self.done.append("catch_up")

    def restart(self) -> None:
        self.done.append("restart")

    @contextmanager
    def counting(self) -> Iterator[Statements]:
        yield self.log

    @contextmanager
    def _noted(self, word: str) -> Iterator[Copy]:
        self.done.append(word)
        yield self

    def paused(self) -> object:
        return self._noted("paused")

    def down(self) -> object:
        return self._noted("down")

    def silent(self) -> object:
        return self._noted("silent")


def lab_with(copy: Copy, on_db1: int = 0) -> FakeLab:
    """Return a lab whose one product is on every page, and whose shop asks db1 so often for it."""
    lab = FakeLab(LEVEL, quick=False)
    lab.can("standby", copy)
    plan = SimpleNamespace(replicas=("replica",))
    site = SimpleNamespace(plan=plan, workers=1, last_crash=lambda: None)
    lab.shop.site = cast("Any", site)
    lab.shop.answer("FROM catalog_product AS product", [(*PRODUCT, None)])
    page = Page("<h1>Cork Mat 7F</h1>", statements=[ASKED] * on_db1)
    for path in ("/", "/category/mats/", "/search/?q=7F", "/product/mat/", "/cart/"):
        lab.shop.show(path, page)
    return lab


def part(lab: FakeLab, name: str) -> Any:
    """Return a part of the experiment of *lab*."""
    return getattr(load_experiment(LEVEL)(lab), name)


def found(lab: FakeLab) -> list[str]:
    """Return what was found so far."""
    return [finding.id for finding in lab.findings]


def test_a_shop_without_a_copy_is_refused() -> None:
    """Nothing is measured before it is put back."""
    lab = FakeLab(LEVEL)
    lab.shop.site = cast("Any", SimpleNamespace(plan=SimpleNamespace(replicas=())))

    with pytest.raises(Foul):
        load_experiment(LEVEL)(lab).check()

    assert found(lab) == ["no_copy"]


@pytest.mark.parametrize(
    ("on_db1", "on_db2", "share", "finding"),
    [(0, 4, 100, []), (1, 16, 80, []), (1, 15, 79, ["bored"]), (0, 0, 0, ["asked_nobody"])],
)
def test_the_share_is_of_both_servers(
    on_db1: int, on_db2: int, share: int, finding: list[str]
) -> None:
    """Five pages are opened; what is no question about the catalogue does not count."""
    lab = lab_with(Copy([ASKED] * on_db2 + ["SELECT pg_last_wal_replay_lsn()"]))
    lab.shop.show("/", Page("Cork Mat 7F", statements=[ASKED] * 4 * on_db1))

    part(lab, "reads").measure()

    assert lab.measures["share"] == share
    assert found(lab) == finding


def test_who_tries_the_switches_is_refused() -> None:
    """The copy's own log says so."""
    lab = lab_with(Copy([], {"42501": "permission denied for function pg_wal_replay_resume"}))
    reads = part(lab, "reads")
    with reads.copies.counting() as asked:
        pass

    with pytest.raises(Foul):
        reads.tell_what_copies_cannot(asked)

    assert lab.findings[0].params["count"] == 1


def test_a_dead_copy_that_nobody_notices_costs_nothing() -> None:
    """It was restarted, killed, brought back; each time pages were opened."""
    lab = lab_with(copy := Copy([ASKED]))
    lab.shop.show("POST /cart/add/mat/", Page(status=302))

    part(lab, "outage").die()

    assert lab.measures["failures"] == 0
    assert copy.done == ["restart", "down"]


@pytest.mark.parametrize(
    ("page", "finding"),
    [(Page("", status=500), "after_restart"), (Page("<h1>Nothing</h1>"), "nothing_shown")],
)
def test_a_page_that_fails_or_is_empty_is_told_apart(page: Page, finding: str) -> None:
    """Each is counted."""
    lab = lab_with(Copy([ASKED]))
    lab.shop.show("POST /cart/add/mat/", Page(status=302))
    lab.shop.show("/product/mat/", page)

    part(lab, "outage").die()

    assert lab.measures["failures"] >= 4
    assert finding in found(lab)


@pytest.mark.parametrize(("tries", "workers", "measure"), [(1, 1, 1), (2, 2, 1), (2, 1, 2)])
def test_a_silent_copy_may_be_tried_once_by_each_worker(
    tries: int, workers: int, measure: int
) -> None:
    """More is told with the number of visitors that it took."""
    lab = lab_with(copy := Copy([ASKED]))
    cast("Any", lab.shop.site).workers = workers
    copy.tries = tries

    part(lab, "outage").fall_silent()

    assert lab.measures["tries"] == measure
    assert ("tried_again" in found(lab)) is (measure > 1)


def test_a_copy_left_out_by_the_clock_is_not_called_bored() -> None:
    """Its owner meant well, and is told why it never works on a quiet day."""
    lab = lab_with(Copy(["SELECT now() - pg_last_xact_replay_timestamp()"]), on_db1=1)

    part(lab, "reads").measure()

    assert found(lab) == ["idle_is_not_late"]
