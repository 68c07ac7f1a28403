"""A busy machine may make us say "cannot tell"; it never turns a verdict round."""

from collections.abc import Iterator

import pytest

from tests.busy import busy
from tests.levels.conftest import Play
from tutor.author import prove
from tutor.curriculum import Level, corpus, load_levels
from tutor.judge import Kind, Outcome
from tutor.stack.stack import Stack

pytestmark = [pytest.mark.by_date(3), pytest.mark.services, pytest.mark.load, pytest.mark.alone]
LEVELS = load_levels()
RIGHT = [("fixed", Outcome.WON), ("broken", Outcome.NOT_YET)]


@pytest.fixture
def busy_machine() -> Iterator[None]:
    """A process per core that wants all of it."""
    with busy():
        yield


@pytest.mark.usefixtures("busy_machine")
@pytest.mark.parametrize(("variant", "right"), RIGHT)
def test_a_busy_machine_turns_no_verdict_round(
    play_variant: Play, variant: str, right: Outcome
) -> None:
    """The counters are what they are, whatever the clock says."""
    run = play_variant(variant)

    assert run.verdict.outcome in (right, Outcome.CANNOT_TELL), run.verdict
    assert not [f for f in run.verdict.findings if f.kind is Kind.FOUL]
    assert run.measures["queries"] == (
        1292 if variant == "broken" else run.measures["queries_doubled"]
    )
    assert run.measures["failures"] == 0


@pytest.mark.usefixtures("busy_machine")
@pytest.mark.parametrize(("variant", "right"), RIGHT)
@pytest.mark.parametrize("level", [LEVELS[1], LEVELS[4]], ids=lambda level: level.slug)
def test_a_busy_machine_turns_no_quick_check_round(
    level: Level, variant: str, right: Outcome, stack: Stack
) -> None:
    """Of the two levels whose quick check depends on how busy a server is."""
    answers = [answer for answer in corpus(level) if answer.name == variant]

    (proof,) = prove(level, LEVELS, stack, answers, quick=True)

    assert proof.run
    assert proof.run.verdict.outcome in (right, Outcome.CANNOT_TELL), proof.run.verdict
