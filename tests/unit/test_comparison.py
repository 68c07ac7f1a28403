"""Cards beside the database: what is wrong, and what is only old."""

from typing import Any

from tutor.lab.instruments.cards import Comparison, stale_fields

TRUTH: dict[str, dict[str, Any]] = {
    "mat": {"": "mat", "name": "Mat", "stock": 3},
    "rug": {"": "rug", "name": "Rug", "stock": 5},
}
MAT, RUG = {"": "mat", "name": "Mat", "stock": "3"}, {"": "rug", "name": "Rug", "stock": "5"}


def ids(cards: list[dict[str, str]], **how: bool) -> list[str]:
    """Return the faults of a page by their names."""
    return [name for name, _ in Comparison(TRUTH, cards).faults("/", **how)]


def test_a_true_page_has_no_fault() -> None:
    """Each product once, in order, as the database has it."""
    assert Comparison(TRUTH, [MAT, RUG]).is_true
    assert ids([MAT, RUG]) == []


def test_what_is_missing_hides_whatever_else_is_wrong() -> None:
    """One cause is told; cards in another order, or shown twice, are out of order."""
    assert ids([{**RUG, "stock": "9"}]) == ["rows_missing"]
    assert ids([RUG, MAT]) == ids([MAT, RUG, RUG]) == ["wrong_order"]


def test_an_absent_field_is_wrong_where_a_level_does_not_tell_it_apart() -> None:
    """It has both values then."""
    absent = [{"": "mat", "name": "Mat"}, RUG]

    assert ids(absent) == ["field_missing"]
    assert ids(absent, tells_absent=False) == ["wrong_value"]
    ((_, values),) = Comparison(TRUTH, absent).faults("/", tells_absent=False)
    assert values == {"path": "/", "field": "stock", "product": "Mat", "page": "–", "database": "3"}


def test_only_what_was_true_before_and_is_no_longer_is_stale() -> None:
    """A value that never was is wrong, not old; one that did not change is true."""
    after = {**TRUTH, "mat": {"": "mat", "name": "Mat", "stock": 2}}

    stale = list(stale_fields(TRUTH, after, [MAT, {**RUG, "stock": "8"}]))

    assert [(s.product, s.field, s.before, s.after) for s in stale] == [("Mat", "stock", "3", "2")]
