"""The rules of level 5, tried on lists that were written down."""

import sys
from typing import Any

import pytest

from tutor.curriculum import find_level
from tutor.lab.experiment import load_experiment

STOCK = [
    ["block", "Block", "9.00", "3"],
    ["mat", "Mat", "20.00", "7"],
    ["strap", "Strap", "5.00", "1"],
]


class Warehouse:
    """One that tells nothing."""

    shown = ("morning",)

    def page(self) -> str:
        """Return a page."""
        return "page"

    def on_pages(self, ask: Any, pages: Any) -> dict[str, Any]:
        """Return what stands on them."""
        return {}

    def turn(self, ask: Any, page: str) -> None:
        """Turn."""


class Watch:
    """A session that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def ask(self, query: str, params: Any = ()) -> list[Any]:
        """Note it."""
        self.asked.append(params)
        return []


@pytest.fixture
def book() -> Any:
    """A book that was opened and turned twice: there are two more mats by now."""
    experiment = load_experiment(find_level("5"))
    made = sys.modules[f"{experiment.__module__}.book"].Book(Warehouse(), Watch(), STOCK)
    made.turn()
    made.turn()
    return made


def listed(pieces: str) -> list[list[str]]:
    """Return a stock list with so many mats."""
    return [STOCK[0], [*STOCK[1][:3], pieces], STOCK[2]]


def test_with_each_page_there_is_a_piece_more(book: Any) -> None:
    """So that a list says which page was open when it was made."""
    assert book._watch.asked == [[7, "mat"], [8, "mat"], [9, "mat"]]


@pytest.mark.parametrize(
    ("rows", "since", "problem"),
    [
        (listed("9"), 2, ""),
        (listed("8"), 1, ""),
        (listed("9"), 1, ""),
        (listed("8"), 2, "not what the warehouse says any more"),
        (listed("7000"), 2, "the stock list is wrong"),
        (listed(""), 0, "the stock list is wrong"),
        (listed("9")[:2], 2, "the stock list is wrong"),
        ([], 0, "the stock list is wrong"),
    ],
)
def test_a_list_is_of_the_page_that_was_open_or_a_later_one(
    book: Any, rows: list[list[str]], since: int, problem: str
) -> None:
    """An earlier one is old; any other line that differs is wrong."""
    assert book.problem_with_list(rows, since) == problem
