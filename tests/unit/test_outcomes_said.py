"""How an outcome is said: a quick check says how far it came, and nothing is passed above a miss."""

import pytest

from tests.graded import LEVEL, RUNS, recorded
from tests.played import BETTER
from tutor.catalogue import LANGUAGES
from tutor.judge import Medal
from tutor.words.texts import Texts
from tutor.words.wording import explained, outcome_key, told_key

BRONZE = recorded({"queries": BETTER["queries"], "slope": BETTER["slope"]}, quick=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quick_check_above_a_missed_goal_says_how_far_it_came(language: str) -> None:
    """And what the next medal asks, with both numbers."""
    texts = Texts(language)
    missed = [goal for goal in BRONZE.verdict.goals if not goal.met]
    assert BRONZE.verdict.medal is Medal.BRONZE
    assert missed

    assert texts(f"outcome.{told_key(BRONZE)}") != texts("outcome.quick_passed")
    said = explained(texts, LEVEL, BRONZE)
    lowest = min(missed, key=lambda goal: goal.medal.rank)
    assert texts.goal(LEVEL, lowest) in said
    assert texts.number(lowest.value) in said
    assert texts.bound(lowest) in said


def test_programs_are_told_by_the_medal() -> None:
    """The outcome that they compare stays what it was."""
    assert outcome_key(BRONZE) == "quick_passed"


@pytest.mark.parametrize("name", [name for name in RUNS if name != "quick_passed"])
def test_every_other_run_is_said_by_its_outcome(name: str) -> None:
    """Only a quick check that won may stand above a missed goal."""
    assert told_key(RUNS[name]) == outcome_key(RUNS[name])


def test_a_quick_check_that_misses_nothing_passed() -> None:
    """It may be gold; the full run decides."""
    texts = Texts("en")
    run = RUNS["quick_passed"]

    assert all(goal.met for goal in run.verdict.goals)
    assert explained(texts, LEVEL, run) == texts("outcome_explained.quick_passed")
