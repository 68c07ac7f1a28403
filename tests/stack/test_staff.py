"""Staff edit in the admin of a shop that runs, and a survey finds nothing wrong with the healthy one."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from tutor.base.cancel import Cancel
from tutor.curriculum import Level
from tutor.curriculum.compose import compose
from tutor.judge import Finding
from tutor.lab import Foul, Lab, Notebook, ShopFiles, Shops
from tutor.learner.session import Session
from tutor.stack.ground import Ground

pytestmark = pytest.mark.services

PRODUCT = "SELECT name, price, is_live, promotion_id FROM catalog_product WHERE id = %s"


@pytest.fixture
def lab(ground: Ground, warm: Session) -> Iterator[Lab]:
    """A bench with the healthy shop of day one under test."""
    level: Level = warm.levels[0]
    files = compose(level, "fixed", warm.levels)
    notebook = Notebook(level.finding_kinds, lambda event: None, Cancel())
    shops = Shops(
        ground,
        notebook,
        ShopFiles(tested=files, broken=files, healthy=files, variant="mine"),
        level.machine,
        quick=True,
    )
    bench = Lab(level, notebook, shops, quick=True)
    with closing(bench):
        yield bench


def row(lab: Lab, query: str, *params: Any) -> Any:
    """Return the first row of *query*."""
    return lab.shop.sql(query, params)[0]


def foul(lab: Lab, act: Callable[[], None]) -> Finding:
    """Return what the bench refuses *act* for."""
    with pytest.raises(Foul):
        act()
    return lab.findings[-1]


def test_staff_change_what_they_say_and_nothing_else(lab: Lab) -> None:
    """Text, a checkbox, a choice and a row of another table, through the form of the admin."""
    key, *_ = row(lab, "SELECT id FROM catalog_product WHERE is_live AND promotion_id IS NULL")
    offer, *_ = row(lab, "SELECT id FROM catalog_promotion")
    tags = (
        "SELECT array_agg(tag_id ORDER BY tag_id) FROM catalog_product_tags WHERE product_id = %s"
    )
    before = row(lab, tags, key)

    lab.staff().edit(
        "catalog/product",
        key,
        {"stock-0-quantity": "71"},
        name="Mat of mats",
        price="19.90",
        promotion=offer,
        is_live=False,
    )

    name, price, is_live, promotion = row(lab, PRODUCT, key)
    assert (name, str(price), is_live, promotion) == ("Mat of mats", "19.90", False, offer)
    assert row(lab, "SELECT quantity FROM catalog_stock WHERE product_id = %s", key) == (71,)
    assert row(lab, tags, key) == before
    lab.look_at_data()
    assert lab.findings == []


def test_staff_add_delete_and_act(lab: Lab) -> None:
    """Rows come and go as they do in the admin."""
    staff = lab.staff()
    staff.add("catalog/tag", name="brand new")
    (key,) = row(lab, "SELECT id FROM catalog_tag WHERE name = 'brand new'")

    staff.delete("catalog/tag", key)

    assert lab.shop.sql("SELECT 1 FROM catalog_tag WHERE id = %s", [key]) == []


def test_code_that_our_people_run_in_the_shop(lab: Lab) -> None:
    """With the shop's ORM, on its database."""
    code = "from catalog.models import Product; Product.objects.update(price=7)"
    lab.staff().run(code, "catalog_product")

    assert lab.shop.sql("SELECT DISTINCT price FROM catalog_product") == [(7,)]
    lab.look_at_data()
    assert lab.findings == []


def test_what_the_admin_refuses_is_a_foul(lab: Lab) -> None:
    """With what it said."""
    (key,) = row(lab, "SELECT id FROM catalog_product")

    found = foul(lab, lambda: lab.staff().edit("catalog/product", key, price="much"))

    assert found.id == "admin_fails"
    assert "number" in found.params["why"]


@pytest.mark.parametrize("thorough", [False, True])
def test_nothing_is_wrong_with_the_healthy_shop(lab: Lab, *, thorough: bool) -> None:
    """Neither on its pages nor in its data."""
    lab.survey(thorough=thorough)
    lab.look_at_data()

    assert lab.findings == []
