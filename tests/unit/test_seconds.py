"""How long a run took is one number, whoever tells it."""

import io
import time

import pytest

from tests.tui import fakes
from tutor.catalogue import LANGUAGES
from tutor.cli.console import EscapingConsole, print_verdict
from tutor.cli.journal import _outcome
from tutor.cli.plain.verdict import verdict_lines
from tutor.curriculum import load_levels
from tutor.events import PhaseStarted, RunAwaited, RunFinished
from tutor.judge import judge
from tutor.learner.journal import Entry
from tutor.learner.progress import LevelProgress
from tutor.tui.board import Board
from tutor.tui.wording import event_line
from tutor.words.texts import Texts

LEVEL = load_levels()[0]


def run(seconds: float) -> RunFinished:
    """Return a lost run that took so long."""
    verdict = judge(LEVEL.goals, fakes.LOST, (), quick=False)
    return RunFinished("r", LEVEL.slug, "mine", False, seconds, verdict, fakes.LOST)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("seconds", "told"), [(0.4, 0), (20.5, 20), (59.6, 60), (123.49, 123)])
def test_shell_plain_game_journal_and_screens_tell_the_same(
    seconds: float, told: int, language: str
) -> None:
    """Whole seconds: nobody wonders which of two figures counts."""
    texts, finished = Texts(language), run(seconds)
    out = EscapingConsole(file=io.StringIO(), width=200, highlight=False)
    print_verdict(out, texts, LEVEL, finished)
    plain = next(verdict_lines(texts, LEVEL, finished, LevelProgress(), {}))
    entry = Entry(1, 0.0, LEVEL.slug, "run", "", "mine", {}, finished.to_json())
    line = event_line(texts, LEVEL, finished)

    assert f"· {told} s" in out.file.getvalue()  # type: ignore[attr-defined]
    assert f" {told} s." in plain
    assert _outcome(texts, entry).endswith(f", {told} s")
    assert line is not None
    assert f" {told} s" in line.plain


def test_what_a_run_waited_for_is_no_part_of_its_time() -> None:
    """While it is on the clock starts with its first phase; at its end its verdict says."""
    board = Board(LEVEL)
    board.begin(quick=False)
    board.began -= 100
    board.apply(RunAwaited(4711, "tutor verify 1", 0.0))
    assert board.elapsed >= 100
    board.apply(PhaseStarted("prepare"))
    assert board.elapsed < 50
    board.began = time.monotonic() - 30
    board.apply(run(21.4))
    board.end()

    assert board.seconds == 21.4
