"""A fake lab shows what was written down, and fails loudly where nothing was."""

import pytest

from tutor.curriculum import load_levels
from tutor.lab.fake import FakeLab, NotCanned, Page


@pytest.fixture
def lab() -> FakeLab:
    """A fake lab of the first level."""
    return FakeLab(load_levels()[0])


def test_pages_are_shown_in_turn_and_cost_what_was_written_down(lab: FakeLab) -> None:
    """The last one stays; statements are counted while somebody counts."""
    lab.shop.show("/", Page("first", statements=["SELECT 1", "SELECT 2"]), "second")

    with lab.shop.counting() as statements:
        texts = [lab.shop.page("/").text for _ in range(3)]
    lab.person().get("/")

    assert texts == ["first", "second", "second"]
    assert statements.texts == ["SELECT 1", "SELECT 2"]
    assert lab.shop.asked == ["GET /"] * 4


def test_a_query_is_known_by_a_part_of_it(lab: FakeLab) -> None:
    """Whatever line breaks it has; the part that was said last comes first."""
    lab.shop.answer("FROM catalog_product", [("mat", 3)])
    lab.shop.answer("FROM catalog_product WHERE slug", lambda params: [(params[0], 7)])

    assert lab.shop.sql("SELECT slug, stock\n  FROM catalog_product") == [("mat", 3)]
    assert lab.shop.sql("SELECT 1 FROM catalog_product\n WHERE slug = %s", ["rug"]) == [("rug", 7)]


def test_a_canned_instrument_is_called_and_noted(lab: FakeLab) -> None:
    """It does nothing and returns what was written down."""
    lab.can("bounds", [3.0])

    assert lab.bounds("queries") == [3.0]
    assert [(call.name, call.args) for call in lab.called] == [("bounds", ("queries",))]
    lab.shop.can("functions", ["loop"])
    assert lab.shop.functions() == ["loop"]
    with pytest.raises(AttributeError, match="surveyy"):
        lab.can("surveyy")


def test_what_was_not_written_down_is_named(lab: FakeLab) -> None:
    """A page, a query, an instrument that needs a stack, a service of the shop."""
    with pytest.raises(NotCanned, match="GET /cart/"):
        lab.shop.page("/cart/")
    with pytest.raises(NotCanned, match="SELECT now"):
        lab.shop.sql("SELECT now()")
    with pytest.raises(NotCanned, match="full_strength"):
        lab.load()
    with pytest.raises(NotCanned, match="ground"):
        lab.shop.pid("gunicorn")
    with pytest.raises(NotCanned, match="postgres"):
        lab.backends()
    with pytest.raises(NotCanned, match="ground"):
        lab.check_services()


def test_a_replica_answers_what_was_written_down(lab: FakeLab) -> None:
    """Its switches are noted, its reads counted beside the shop's own statements."""
    lab.shop.replicas = ("replica",)
    lab.shop.show("/", Page("shelf", statements=["SELECT 1"], reads=["SELECT 2", "SELECT 3"]))
    lab.shop.answer("FROM catalog_product", [("new",)])
    db2 = lab.standby()
    db2.rows["FROM catalog_product"] = [("old",)]
    db2.hole.tries = 2

    with lab.shop.counting() as first, db2.counting() as second:
        lab.shop.page("/")
    with db2.paused():
        seen = (db2.state, db2.sql("SELECT name FROM catalog_product"))
    with db2.silent() as hole:
        tries, runs = hole.tries, db2.is_running

    assert (first.count, second.count) == (1, 2)
    assert seen == ("paused", [("old",)])
    assert (tries, runs, db2.is_running) == (2, False, True)
    assert lab.standby() is db2
    assert lab.shop.asked[1:] == [
        f"replica {s}" for s in ("paused", "follows", "silent", "follows")
    ]
