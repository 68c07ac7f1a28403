"""The rules of level 2, tried on loads that were written down."""

import re
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from tutor.catalogue import LANGUAGES
from tutor.curriculum import find_level
from tutor.lab.experiment import load_experiment
from tutor.lab.fake import FakeLab


def cost_after(by_page: float, per_visitor: float, slower: float = 1.0) -> float:
    """Return what a page costs, by a calm measurement and by CPU seconds of each visitor.

    In the broken shop it costs 0.040 s.
    """
    level = find_level("2")
    module = sys.modules[f"{load_experiment(level).__module__}.verdict"]
    lab = FakeLab(level)
    for name, value in {
        "broken_web_ms": 22.0,
        "broken_database_ms": 18.0,
        "page_cost_ratio": by_page,
    }.items():
        lab.measure(name, value)
    watch: Any = SimpleNamespace(cpu_per_visitor=lambda extra: per_visitor, slower=slower)
    load = module.Load(lab, None, watch, SimpleNamespace(extra={}))
    load._measure_page_cost()
    return float(lab.measures["page_cost_ratio"])


@pytest.mark.parametrize(
    ("by_page", "per_visitor", "cost"),
    [
        # A split: page by page as dear as ever, dearer where servers are held back.
        (101.0, 0.046, 101.0),
        # A page kept for a second: cheap for those who come while it is kept.
        (92.0, 0.020, 50.0),
        # A cheaper statement, which a load makes dearer.
        (68.0, 0.034, 68.0),
    ],
)
def test_the_lower_of_two_costs_counts(by_page: float, per_visitor: float, cost: float) -> None:
    """What is kept for a moment shows only where many come."""
    assert cost_after(by_page, per_visitor) == cost


def test_a_machine_that_became_faster_makes_no_page_cheaper() -> None:
    """Nor does one that became slower make it any dearer or cheaper."""
    assert cost_after(100.0, 0.030, slower=0.75) == 100.0
    assert cost_after(100.0, 0.030, slower=1.5) == 75.0


def test_a_split_alone_is_silver() -> None:
    """Gold asks for less of the CPU of a page, and nothing below gold does."""
    goals = [goal for goal in find_level("2").goals if goal.measure == "page_cost_ratio"]

    assert [(goal.medal.name.lower(), goal.at_most) for goal in goals] == [("gold", 90)]


@pytest.mark.parametrize("share", [0.4, 0.45, 0.5, 0.55, 0.6])
def test_one_server_is_far_from_enough_and_two_are(share: float) -> None:
    """However the work falls to the two programs: every bound is a tenth away, and more."""
    level = find_level("2")
    costing = sys.modules[f"{load_experiment(level).__module__}.costing"]
    bounds = {goal.id: goal.at_most or 0.0 for goal in level.goals}
    alone = 100 * costing._work({"gunicorn": share, "postgres": 1 - share})
    busier = alone * max(share, 1 - share)

    assert 1.1 * bounds["can_be_done"] <= alone <= 131
    assert 1.15 * busier <= bounds["room_gold"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_briefing_says_what_is_measured(language: str) -> None:
    """Between the least and the most that the visitors ask of one server."""
    said = " ".join(find_level("2").text("briefing", language).split())

    assert re.search(r"110 (to|y el) 130 %", said)
