"""Whole games in a real terminal of 80×24, with keys alone: one won, one given up, two cut off."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.e2e.terminal import PATIENCE, Terminal, begins_anew, mending_editor, needs_tmux
from tests.helpers import wait_until
from tests.real import Tutor, assert_nothing_left
from tutor.curriculum import load_levels
from tutor.words.texts import Texts

pytestmark = [pytest.mark.by_date(2), pytest.mark.services, pytest.mark.load]
EN = Texts("en")
LEVELS = load_levels()
SCENES = LEVELS[0].text("story", "en").count("\n## ") + 1
FIRST_WORDS = LEVELS[0].text("briefing", "en").split(".")[0].strip("*# \n")
"""Of the briefing, which the workbench begins with."""


@pytest.fixture
def game(tutor: Tutor) -> Iterator[Terminal]:
    """The game at its title, in a workspace that it makes itself."""
    needs_tmux()
    begins_anew(tutor)
    mending_editor(tutor, LEVELS[0])
    terminal = Terminal(tutor, "start")
    yield terminal
    terminal.close()


def to_the_map(game: Terminal) -> None:
    """Go from the title to the map: it names the levels that the title does not."""
    game.wait_for(EN("tui.title.tagline"))
    game.press_until("m", LEVELS[1].title["en"])


def to_the_workbench(game: Terminal) -> None:
    """Go from the title over the map through the whole story to the workbench."""
    to_the_map(game)
    game.press("Enter")
    first, last = (EN("tui.story.where", page=page, pages=SCENES) for page in (1, SCENES))
    game.wait_for(first)
    seen = game.read_on("Enter", until=FIRST_WORDS)
    assert last in seen


@pytest.mark.alone
def test_level_1_is_won_with_keys_alone(game: Terminal, tutor: Tutor) -> None:
    """Title, map, story, workbench; a run that fails, an edit, a run that wins; lesson, end."""
    to_the_workbench(game)
    game.press("v")
    outcome = game.wait_for_outcome()
    if outcome == "cannot_tell":
        pytest.skip("this machine is too busy to be told from itself")
    assert outcome == "not_yet"
    game.back_to_work()
    game.press("e")
    game.wait_for(EN("outcome.quick_passed"))
    assert tutor.outcomes() == ["won", "not_yet"], "the quick check, and the run before it"
    game.press("v")
    outcome = game.wait_for_outcome()

    # On a machine this busy "cannot tell" is an honest answer; a wrong one is not.
    if outcome == "cannot_tell":
        assert tutor.outcomes()[0] == "cannot_tell"
        pytest.skip("this machine is too busy to be told from itself")
    assert outcome == "won", game.screen
    game.press_until("l", EN("tui.lesson.heading", title=LEVELS[0].title["en"]))
    game.wait_for("What happened")
    assert tutor.attempts == 2
    assert tutor.progress.medal == "gold"
    game.press("C-q")
    assert wait_until(lambda: game.is_over, timeout=20)
    assert_nothing_left(tutor.folder)
    assert tutor("levels", "--json").document[0]["medal"] == "gold"


def test_level_1_is_given_up_with_keys_alone(game: Terminal, tutor: Tutor) -> None:
    """Two hints, then the answer at its price, then the end; the next start knows it all."""
    to_the_workbench(game)
    files = tutor.files()
    game.press_until("h", EN("tui.hints.number", number=1, total=4))
    game.press_until("h", EN("tui.hints.number", number=2, total=4))
    game.press_until("a", EN("tui.answer.price")[:30])
    assert not tutor.progress.answer_seen
    game.press_until("y", EN("tui.answer.heading", title=LEVELS[0].title["en"]))
    assert tutor.progress.answer_seen
    assert tutor.progress.hints == 2
    game.press("C-q")

    assert wait_until(lambda: game.is_over, timeout=20)
    assert_nothing_left(tutor.folder)
    assert (tutor.attempts, tutor.progress.medal, tutor.outcomes()) == (0, "", [])
    assert tutor.files() == files
    again = Terminal(tutor, "start")
    try:
        title = EN("tui.title.continue", number=1, title=LEVELS[0].title["en"])
        again.wait_for(title)
    finally:
        again.close()
    assert_nothing_left(tutor.folder)


@pytest.mark.long
def test_a_game_given_up_under_load_leaves_nothing(game: Terminal, tutor: Tutor) -> None:
    """Quit in the middle of a load test: services, ports and the load generator end."""
    to_the_workbench(game)
    game.press("v")
    assert wait_until(lambda: (tutor.stack_folder / "load.jsonl").exists(), timeout=PATIENCE)
    files = tutor.files()

    game.press("C-q")

    assert wait_until(lambda: game.is_over, timeout=20)
    assert_nothing_left(tutor.folder)
    assert tutor.files() == files
    assert tutor.attempts == 0
    assert tutor.outcomes() == []


@pytest.mark.long
def test_a_terminal_that_is_closed_under_a_game_leaves_nothing(
    game: Terminal, tutor: Tutor
) -> None:
    """The window goes away while the shop is up."""
    to_the_workbench(game)
    assert wait_until(lambda: tutor("open", "--print").code == 0, timeout=PATIENCE)
    pids = [process.pid for process in psutil.process_iter() if _plays(process, tutor.folder)]

    game.close()

    assert pids
    assert_nothing_left(tutor.folder)


def _plays(process: psutil.Process, folder: Path) -> bool:
    try:
        return "start" in process.cmdline() and process.cwd() == str(folder)
    except psutil.Error:
        return False
