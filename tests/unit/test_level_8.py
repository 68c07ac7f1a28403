"""The rules of level 8, tried without a service."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from importlib import import_module
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
CLOCK = "SELECT now() - pg_last_xact_replay_timestamp()"
PRODUCT = ("/category/mats/", "mat", "Cork Mat 7F", "Om", "Peru", "Mats", 20, None, None, 9, "", 0)
PAGES = ("/", "/category/mats/", "/search/?q=7F", "/product/mat/", "/cart/")


def lab_with(*, on_db1: int = 0, reads: tuple[str, ...] = (ASKED,)) -> FakeLab:
    """Return a lab whose one product is on every page; the front page asks db1 for it so often."""
    lab = FakeLab(LEVEL, quick=False)
    lab.shop.replicas = ("replica",)
    lab.shop.site = cast("Any", SimpleNamespace(last_crash=lambda: None))
    lab.shop.answer("FROM catalog_product AS product", [(*PRODUCT, None)])
    for path in PAGES:
        lab.shop.show(path, Page("<h1>Cork Mat 7F</h1>"))
    lab.shop.show("/", Page("Cork Mat 7F", statements=[ASKED] * on_db1, reads=reads))
    lab.shop.show("POST /cart/add/mat/", Page(status=302))
    lab.shop.show("POST /product/mat/", Page(status=302))
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

    with pytest.raises(Foul):
        load_experiment(LEVEL)(lab).check()

    assert found(lab) == ["no_copy"]


@pytest.mark.parametrize(
    ("on_db1", "on_db2", "share", "finding"),
    [(0, 4, 100, []), (4, 16, 80, []), (4, 15, 79, ["bored"]), (0, 0, 0, ["asked_nobody"])],
)
def test_the_share_is_of_both_servers(
    on_db1: int, on_db2: int, share: int, finding: list[str]
) -> None:
    """What is no question about the catalogue does not count."""
    lab = lab_with(on_db1=on_db1, reads=(*[ASKED] * on_db2, "SELECT pg_last_wal_replay_lsn()"))

    part(lab, "reads").measure()

    assert lab.measures["share"] == share
    assert found(lab) == finding


def test_a_copy_left_out_by_the_clock_is_not_called_bored() -> None:
    """Its owner meant well, and is told why it never works on a quiet day."""
    lab = lab_with(on_db1=1, reads=(CLOCK,))

    part(lab, "reads").measure()

    assert found(lab) == ["idle_is_not_late"]


@pytest.mark.parametrize(("code", "foul"), [("42501", "hands_off"), ("25006", "writes_on_copy")])
def test_what_no_copy_does_is_refused(code: str, foul: str) -> None:
    """The copy's own log says what it was asked for."""
    lab = lab_with()
    said = Statements(problems=Counter({code: 3}), examples={code: "no"})

    @contextmanager
    def counting() -> Iterator[Statements]:
        yield said

    cast("Any", lab.standby()).counting = counting
    reads = part(lab, "reads")
    with reads.copies.counting() as asked:
        pass

    with pytest.raises(Foul):
        reads.tell_what_copies_cannot(asked)

    assert [(f.id, f.params["count"]) for f in lab.findings] == [(foul, 3)]


def test_a_dead_copy_that_nobody_notices_costs_nothing() -> None:
    """It was restarted, ended and brought back; each time pages were opened."""
    lab = lab_with()

    part(lab, "outage").die()

    assert lab.measures["failures"] == 0
    switches = [asked for asked in lab.shop.asked if asked.startswith("replica ")]
    assert switches == ["replica follows", "replica down", "replica follows"]


@pytest.mark.parametrize(
    ("page", "finding"),
    [(Page("", status=500), "after_restart"), (Page("<h1>Nothing</h1>"), "nothing_shown")],
)
def test_a_page_that_fails_or_is_empty_is_told_apart(page: Page, finding: str) -> None:
    """Each is counted."""
    lab = lab_with()
    lab.shop.show("/product/mat/", page)

    part(lab, "outage").die()

    assert lab.measures["failures"] >= 4
    assert finding in found(lab)


@pytest.mark.parametrize(("tries", "finding"), [(0, []), (1, []), (2, ["tried_again"])])
def test_a_silent_copy_may_be_tried_once(tries: int, finding: list[str]) -> None:
    """More is told with the number of visitors that it took."""
    lab = lab_with()
    lab.standby().hole.tries = tries

    part(lab, "outage").fall_silent()

    assert lab.measures["tries"] == tries
    assert found(lab) == finding


def test_cookies_that_do_not_last_are_gone_the_next_day() -> None:
    """Whoever is pinned for seconds is not pinned for ever."""
    lab = lab_with()
    form = Page('<input name="csrfmiddlewaretoken" value="x">')
    lab.shop.show("/signup/", form)
    cookies = "wrote=1; Max-Age=600\nsessionid=abc; Max-Age=1209600\nmessages=hi"
    lab.shop.show("POST /signup/", Page(status=302, headers={"set-cookie": cookies}))
    experiment = load_experiment(LEVEL)
    scenes = import_module(f"{experiment.__module__}.scenes")

    answer = lab.shop.respond("POST", "/signup/")

    assert scenes.brief_cookies(answer) == {"wrote"}
    assert scenes.brief_cookies(answer, 3.0) == set()
