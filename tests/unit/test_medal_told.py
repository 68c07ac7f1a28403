"""The shell and the lines of text tell the medal that counts, not the one that the figures earn."""

import io

import pytest
from rich.console import Console

from tests.tui import fakes
from tutor.cli.console import print_verdict
from tutor.cli.plain.verdict import verdict_lines
from tutor.curriculum import load_levels
from tutor.events import RunFinished
from tutor.judge import judge
from tutor.learner.progress import LevelProgress
from tutor.words.texts import Texts

EN, LEVEL = Texts("en"), load_levels()[0]
GONE = "silver counts"


def told_by_shell(run: RunFinished, mine: LevelProgress) -> str:
    """Return what ``tutor verify`` prints."""
    out = io.StringIO()
    print_verdict(Console(file=out, width=200), EN, LEVEL, run, mine)
    return out.getvalue().partition("Won")[2]


def told_in_lines(run: RunFinished, mine: LevelProgress) -> str:
    """Return what ``tutor start --plain`` says."""
    said = "\n".join(verdict_lines(EN, LEVEL, run, mine, {}))
    return said.partition("Won")[2]


def gold(variant: str) -> RunFinished:
    """Return a full run with gold figures."""
    verdict = judge(LEVEL.goals, fakes.GOLD, (), quick=False)
    return RunFinished("r1", LEVEL.slug, variant, False, 21.4, verdict, fakes.GOLD)


@pytest.mark.parametrize("told", [told_by_shell, told_in_lines])
@pytest.mark.parametrize(
    ("variant", "seen", "medal"),
    [("mine", True, "silver"), ("mine", False, "gold"), ("fixed", True, "gold")],
)
def test_gold_figures_count_silver_after_the_answer_was_seen(
    told, variant: str, seen: bool, medal: str
) -> None:
    """The learner's own win only: the reference answer keeps its gold."""
    said = told(gold(variant), LevelProgress(answer_seen=seen))

    assert medal in said.splitlines()[0]
    assert (GONE in said) == (medal == "silver")
