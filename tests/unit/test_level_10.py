"""The rules of level 10, tried on pages that were written down."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import psycopg
import pytest

from tutor.curriculum import find_level
from tutor.lab import Foul
from tutor.lab.experiment import load_experiment
from tutor.lab.fake import FakeLab
from tutor.lab.instruments.costs import Costs

HASH = "pbkdf2_sha256$1000000$a-hash-of-nobody"


@pytest.fixture
def lab() -> FakeLab:
    """A lab of level 10."""
    return FakeLab(find_level("10"))


def module(lab: FakeLab, name: str) -> ModuleType:
    """Return a module of the experiment."""
    load_experiment(lab.level)
    return sys.modules[f"levelup_experiment_{lab.level.slug}.{name}"]


def fault(lab: FakeLab, code: str, text: str, status: int = 200) -> str:
    """Return what is said of a page with *text*, on which a name with *code* belongs."""
    canaries: Any = module(lab, "canaries")
    people = SimpleNamespace(hash_of=lambda reader: HASH)
    reader = SimpleNamespace(
        called="Gina",
        browser=SimpleNamespace(see=lambda path: text),
        last=SimpleNamespace(status=status),
    )
    people.by_user = {"gina": reader, "asha": reader}
    tried = canaries.Canaries(lab, SimpleNamespace(), people)
    tried._look(canaries.Canary("Mat-1", code, "by-2"), ["/"])
    assert (tried._ran, tried._lost) == counted_as(lab)
    return lab.findings[0].id if lab.findings else ""


def counted_as(lab: FakeLab) -> tuple[int, int]:
    """Return how many names ran, and how many were changed, by what was told."""
    changed = [found.id == "name_changed" for found in lab.findings]
    return changed.count(False), changed.count(True)


@pytest.mark.parametrize(
    ("code", "text", "finding"),
    [
        ("{# om #}", "<b>Mat-1 {# om #} by-2</b>", ""),
        ("{# om #}", '<i alt="Mat-1 &#123;# om #&#125; by-2">', ""),
        ("{# om #}", "<b>Mat-1  by-2</b>", "name_run"),
        ("{# om #}", "<b>Mat-1 {# om #} by-2</b><b>Mat-1  by-2</b>", "name_run"),
        ("{{ up", "<b>nothing of it</b>", "name_run"),
        ("{{ user.password }}", f"<b>Mat-1 {HASH} by-2</b>", "hash_shown"),
        ("100% {cotton}", "<b>Mat-1 100% cotton by-2</b>", "name_changed"),
        ("100% {cotton}", "<b>Mat-1 100% &amp;#123;cotton&amp;#125; by-2</b>", "name_changed"),
    ],
)
def test_what_became_of_a_name_is_told_apart(
    lab: FakeLab, code: str, text: str, finding: str
) -> None:
    """To the letter, in whatever entities, is right; run, shown or altered is not."""
    assert fault(lab, code, text) == finding
    assert [found.id for found in lab.findings] == [finding] * bool(finding)


def test_a_page_that_fails_is_the_names_doing(lab: FakeLab) -> None:
    """Whatever the page of the error says."""
    assert fault(lab, "{% om %}", "Mat-1 {% om %} by-2", status=500) == "page_down"


def test_what_is_wrong_once_is_not_told(lab: FakeLab) -> None:
    """The first look met a page of before."""
    canaries: Any = module(lab, "canaries")
    pages = iter(["<b>a page of before</b>"])
    reader = SimpleNamespace(
        called="Gina",
        browser=SimpleNamespace(see=lambda path: next(pages, "<b>Mat-1 {# om #} by-2</b>")),
        last=SimpleNamespace(status=200),
    )
    people = SimpleNamespace(hash_of=lambda reader: HASH, by_user={"gina": reader, "asha": reader})

    canaries.Canaries(lab, SimpleNamespace(), people)._look(
        canaries.Canary("Mat-1", "{# om #}", "by-2"), ["/"]
    )

    assert not lab.findings


@pytest.mark.parametrize("kept", ["Mat-1  by-2", "as it was called before"])
def test_a_database_that_takes_another_name_is_refused(lab: FakeLab, kept: str) -> None:
    """A trigger altered it, or left the row as it was."""
    canaries: Any = module(lab, "canaries")
    lab.shop.answer("SELECT name FROM catalog_product", [(kept,)])
    shelves = SimpleNamespace(write=lambda query, params: None)
    tried = canaries.Canaries(lab, shelves, SimpleNamespace())

    with pytest.raises(Foul):
        tried._name(canaries.Canary("Mat-1", "{# om #}", "by-2"), canaries.SET_NAME, 7)

    assert lab.findings[-1].id == "name_refused"
    assert kept in lab.findings[-1].params["why"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (psycopg.errors.CheckViolation("plain_name"), Foul),
        (psycopg.errors.RaiseException("code"), Foul),
        (psycopg.errors.StringDataRightTruncation("too long"), Foul),
        (psycopg.errors.AdminShutdown("gone"), psycopg.OperationalError),
    ],
)
def test_a_database_that_takes_no_such_name_is_refused(
    lab: FakeLab, error: psycopg.Error, told: type[Exception]
) -> None:
    """By a constraint, a trigger, a type; one that is gone is nobody's fix."""
    canaries: Any = module(lab, "canaries")

    def write(query: str, params: list[object]) -> None:
        raise error

    tried = canaries.Canaries(lab, SimpleNamespace(write=write), SimpleNamespace())

    with pytest.raises(told):
        tried._name(canaries.Canary("Mat-1", "{# om #}", "by-2"), canaries.SET_NAME, 7)


def test_what_would_leak_is_never_told(lab: FakeLab) -> None:
    """Neither by the finding nor by its values."""
    fault(lab, "{{ user.password }}", f"Mat-1 {HASH} by-2")

    assert HASH not in str(lab.findings) + str(lab.findings[0].params)


def test_a_search_may_be_how_a_longer_name_begins(lab: FakeLab) -> None:
    """Then both belong on its page."""
    names = ("Mat T4", "Mat T41")
    cards = {name.lower().replace(" ", "-"): {"name": name} for name in names}
    lab.can(
        "live_products",
        SimpleNamespace(
            all=cards,
            by_path={"/category/a/": cards, "/category/b/": cards},
            names=lambda path: list(names),
        ),
    )
    shelves: Any = module(lab, "shelves").Shelves(lab)

    shelves.choose()

    assert shelves.names["/search/?q=T4"] == {"Mat T4", "Mat T41"}
    assert shelves.names["/search/?q=T41"] == {"Mat T41"}
    assert shelves.names_now()[shelves.pages[-1]]


@pytest.mark.parametrize(
    ("warm", "quick", "enough"),
    [(0.1, True, True), (0.19, True, False), (0.3, True, True), (0.1, False, False)],
)
def test_a_quick_check_weighs_until_it_is_clear(warm: float, quick: bool, enough: bool) -> None:
    """Far enough from the bound on either side; a full run takes all its turns."""
    lab = FakeLab(find_level("10"), quick=quick)
    holes: Any = module(lab, "holes")
    weighed = holes.Holes(lab, SimpleNamespace(), SimpleNamespace(by_user={"gina": None}), [])
    turn = ({"gunicorn": float(holes.COLD)}, {"gunicorn": warm * holes.WARM})

    assert weighed._are_clear(Costs([turn, turn])) is enough
