"""The rules of this level, in milliseconds: a fake lab shows what is written down here.

`pytest levels-of-mine/08_your_level` runs it.
"""

from pathlib import Path

import pytest

from tutor.curriculum import load_level
from tutor.lab import Foul
from tutor.lab.experiment import load_experiment
from tutor.lab.fake import FakeLab, Page

LEVEL = load_level(Path(__file__).parent)
ON_SALE = 200


def checked(*pages):
    """Have the experiment check a shop that shows *pages* in turn; one product goes off sale."""
    lab = FakeLab(LEVEL)
    on_sale = iter((ON_SALE, ON_SALE - 1))
    lab.shop.answer("SELECT count(*)", lambda params: [(next(on_sale),)])
    lab.shop.answer("UPDATE catalog_product", [])
    lab.shop.show("/health/", *pages)
    load_experiment(LEVEL)(lab).check()
    return lab


def page(products, statements=1):
    """Return a page that says so many products, and what it asks for."""
    return Page(
        f"{products} products are on sale",
        statements=["SELECT count(*) FROM catalog_product"] * statements,
    )


def test_a_page_that_tells_the_truth_is_measured():
    lab = checked(page(ON_SALE), page(ON_SALE - 1))

    assert lab.measures == {"queries": 1}
    assert lab.findings == []


def test_a_page_that_asks_often_is_told_so():
    lab = checked(page(ON_SALE, statements=9), page(ON_SALE - 1))

    assert [finding.id for finding in lab.findings] == ["shelf_by_shelf"]


@pytest.mark.parametrize("said", [page(ON_SALE), Page("")])
def test_a_page_that_does_not_notice_is_refused(said):
    with pytest.raises(Foul):
        checked(said)
