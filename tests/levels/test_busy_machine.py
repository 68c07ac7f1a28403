"""A busy machine may make us say "cannot tell"; it never turns a verdict round."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.levels.conftest import Play
from tutor.judge import Kind, Outcome

pytestmark = [pytest.mark.services, pytest.mark.load]


@pytest.fixture
def busy_machine() -> Iterator[None]:
    """Two processes that want a whole core each."""
    spin = [sys.executable, "-c", "while True: pass"]
    processes = [subprocess.Popen(spin) for _ in range(2)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.mark.usefixtures("busy_machine")
@pytest.mark.parametrize(
    ("variant", "right"), [("fixed", Outcome.WON), ("broken", Outcome.NOT_YET)]
)
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
