"""The rules of level 1, tried on pages that were written down."""

from decimal import Decimal
from typing import Any

import pytest

from tutor.curriculum import find_level
from tutor.lab import Foul
from tutor.lab.experiment import load_experiment
from tutor.lab.fake import FakeLab, Page
from tutor.probes.trace import Group, Trace

FIELDS = (
    "name brand country category price old_price promotion stock picture reviews rating".split()
)
MANY = ["SELECT 1"] * 300
GROUP = Group(
    "SELECT 1 FROM catalog_brand", 250, 90.0, "card.html", 3, "{{ product.brand }}", "views.py:9"
)


def product(number: int) -> dict[str, Any]:
    """Return what the database says of a product."""
    values = ("Nepal", "Mats", Decimal("20.00"), None, None, 7, "A mat", 3, Decimal("4.25"))
    card = dict(zip(FIELDS, (f"Mat {number}", "Om", *values), strict=True))
    return {"slug": f"mat-{number}", **{name: v for name, v in card.items() if v is not None}}


def page_of(products: list[dict[str, Any]]) -> Page:
    """Return a front page that shows *products*, far too dear."""
    cards = (
        "".join(f'<b data-field="{n}">{v}</b>' for n, v in card.items() if n != "slug")
        for card in products
    )
    return Page(
        "".join(
            f'<article data-product="{card["slug"]}">{fields}</article>'
            for card, fields in zip(products, cards, strict=True)
        ),
        statements=MANY,
    )


@pytest.fixture
def lab() -> FakeLab:
    """A lab whose database has four products."""
    lab = FakeLab(find_level("1"))
    rows = [("/category/mats/", *map({**card, "": card["slug"]}.get, ("", *FIELDS)))
            for card in map(product, range(4))]  # fmt: skip
    lab.shop.answer("FROM catalog_product AS product", rows)
    lab.shop.answer("FROM pg_proc", [])
    lab.shop.can("trace", Trace(200, 300, (GROUP,)))
    return lab


def check(lab: FakeLab, products: list[dict[str, Any]]) -> None:
    """Judge a front page that shows *products*."""
    lab.shop.show("/", page_of(products))
    load_experiment(lab.level)(lab).check()


def test_a_true_page_that_costs_too_much_is_explained(lab: FakeLab) -> None:
    """Its statements are the measure, and the line that asks most often is named."""
    check(lab, [product(n) for n in range(4)])

    assert lab.measures == {"queries": 300}
    (finding,) = lab.findings
    assert (finding.id, finding.params["times"], finding.params["line"]) == ("repeats", 250, 3)


@pytest.mark.parametrize(
    ("shown", "foul", "params"),
    [
        ([0, 1, 3], "rows_missing", {"missing": 1, "expected": 4, "shown": 3, "example": "Mat 2"}),
        ([0, 1, 2, 3, 9], "rows_extra", {"extra": 1, "example": "Mat 9"}),
        ([0, 2, 1, 3], "wrong_order", {"product": "Mat 2", "position": 2, "expected": "Mat 1"}),
    ],
)
def test_other_products_are_refused(
    lab: FakeLab, shown: list[int], foul: str, params: dict[str, Any]
) -> None:
    """Whatever the page costs: fewer, more, or in another order."""
    with pytest.raises(Foul):
        check(lab, [product(n) for n in shown])

    assert (lab.findings[-1].id, lab.findings[-1].params) == (foul, params)


def test_the_field_that_most_cards_lack_is_named(lab: FakeLab) -> None:
    """What is absent comes before what is wrong."""
    products = [product(n) for n in range(4)]
    products[0]["price"] = "1.00"
    del products[1]["brand"], products[2]["rating"], products[3]["rating"]

    with pytest.raises(Foul):
        check(lab, products)

    assert lab.findings[-1].id == "field_missing"
    assert lab.findings[-1].params == {"field": "rating", "product": "Mat 2", "count": 2}


def test_a_wrong_value_is_told_beside_the_true_one(lab: FakeLab) -> None:
    """A rating may be rounded either way; half a star may not be lost."""
    products = [product(n) for n in range(4)]
    products[0]["rating"], products[2]["rating"] = "4.3", "4.0"

    with pytest.raises(Foul):
        check(lab, products)

    said = {"field": "rating", "product": "Mat 2", "page": "4.0", "database": "4.2", "count": 1}
    assert (lab.findings[-1].id, lab.findings[-1].params) == ("wrong_value", said)


def test_who_makes_the_page_anew_for_those_who_save_is_charged_for_it(lab: FakeLab) -> None:
    """An ordinary form is nobody's business, whatever the page costs."""
    experiment = load_experiment(lab.level)(lab)
    lab.measure("queries", 3)
    lab.shop.show("/cheap/", Page(statements=MANY[:100]))
    lab.shop.show("/dear/", Page(statements=MANY))

    experiment._save(lambda: lab.shop.page("/cheap/"))
    assert (lab.measures, lab.findings) == ({"queries": 3}, [])

    experiment._save(lambda: lab.shop.page("/dear/"))
    assert lab.measures == {"queries": 300}
    assert [(f.id, f.params) for f in lab.findings] == [("dear_save", {"counted": 300})]
