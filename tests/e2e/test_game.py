"""A whole game in a real terminal of 80×24, with keys alone, and one that is given up."""

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.helpers import wait_until
from tests.real import Tutor, assert_nothing_left
from tutor.curriculum import load_levels
from tutor.session import read_all
from tutor.workspace import compose

pytestmark = [pytest.mark.services, pytest.mark.load]
WIDTH, HEIGHT = 80, 24
PATIENCE = 150.0


class Terminal:
    """A terminal with a program in it, by way of tmux: keys go in, the screen comes out."""

    def __init__(self, tutor: Tutor, *words: str) -> None:
        self.name = f"levelup-{secrets.token_hex(4)}"
        self._tmux(
            *("new-session", "-d", "-s", "game", "-x", str(WIDTH), "-y", str(HEIGHT)),
            *("-c", str(tutor.folder), *(f"-e{k}={v}" for k, v in self._env(tutor).items())),
            *(sys.executable, "-m", "tutor", *words),
        )

    def _env(self, tutor: Tutor) -> dict[str, str]:
        """Return what the game must know; colours are its own affair in a terminal."""
        names = (
            "LEVELUP_HOME",
            "LEVELUP_WORKSPACE",
            "HOME",
            "LANG",
            "LC_ALL",
            "PYTHONPATH",
            "PATH",
        )
        return {name: tutor.env[name] for name in names if name in tutor.env}

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-f", "/dev/null", "-L", self.name, *words],
            env={k: v for k, v in os.environ.items() if k != "TMUX"} | {"LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    @property
    def screen(self) -> str:
        """Return what is seen now."""
        return self._tmux("capture-pane", "-p", "-t", "game")

    @property
    def is_over(self) -> bool:
        """Return whether the program has ended: its terminal ends with it."""
        return "game" not in self._tmux("list-sessions")

    def press(self, *keys: str) -> None:
        """Press *keys*, one after the other."""
        for key in keys:
            self._tmux("send-keys", "-t", "game", key)

    def press_until(self, key: str, text: str) -> None:
        """Press *key*, and again if nothing came of it for seconds, until *text* is seen."""
        for _ in range(5):
            self.press(key)
            if wait_until(lambda: text in self.screen, timeout=6):
                return
        raise AssertionError(f"never saw {text!r}, but:\n{self.screen}")

    def wait_for(self, *texts: str, timeout: float = PATIENCE) -> str:
        """Wait until the screen shows one of *texts* and return it."""
        deadline = time.monotonic() + timeout
        while True:
            screen = self.screen
            found = next((text for text in texts if text in screen), "")
            if found:
                return found
            assert time.monotonic() < deadline, f"never saw {texts}, but:\n{screen}"
            assert not self.is_over, f"the game ended, {texts} never came"
            time.sleep(0.1)

    def close(self) -> None:
        """Close the terminal and all in it."""
        self._tmux("kill-server")


@pytest.fixture
def game(tutor: Tutor) -> Iterator[Terminal]:
    """The game at its title, in a workspace that it makes itself."""
    if not shutil.which("tmux"):
        if os.environ.get("CI"):
            pytest.fail("tmux is not installed; in CI it must be")
        pytest.skip("needs tmux")
    # As after a first start: a warm stack, and nothing else.
    shutil.rmtree(tutor.workspace)
    for path in tutor.home.iterdir():
        if path.name != "stacks":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    terminal = Terminal(tutor, "start")
    yield terminal
    terminal.close()


def to_the_workbench(game: Terminal) -> None:
    """Go from the title over the map through the story to the workbench, with Enter alone."""
    game.wait_for("Betty's shop is live.")
    game.press_until("Enter", "of 7 won")
    game.press_until("Enter", "scene 1 of 5")
    # Two presses a line: one completes it, the next one goes on.
    for _ in range(120):
        if "The patient." in game.screen:
            return
        game.press("Enter")
        time.sleep(0.05)
    raise AssertionError(f"the story never ended:\n{game.screen}")


def test_level_1_can_be_played_with_keys_alone(game: Terminal, tutor: Tutor) -> None:
    """Title, map, story, workbench, a lost check, a fix by an editor, a win, the lesson, the end."""
    to_the_workbench(game)
    game.wait_for("● shop (mine)")
    game.press("c")
    game.wait_for("NOT YET")
    game.press_until("Escape", "w shows the verdict")
    levels = load_levels()
    broken, fixed = (read_all(compose(levels[0], v, levels)) for v in ("broken", "fixed"))
    tutor.write({name: data for name, data in fixed.items() if broken.get(name) != data})
    game.wait_for("Quick check passed")
    game.press("v")
    outcome = game.wait_for("WON", "CANNOT TELL", "NOT YET", "OUR FAULT")

    # On a machine this busy "cannot tell" is an honest answer; a wrong one is not.
    if outcome == "CANNOT TELL":
        assert tutor.outcomes()[0] == "cannot_tell"
        pytest.skip("this machine is too busy to be told from itself")
    assert outcome == "WON", game.screen
    game.press("l")
    lesson = (levels[0].folder / "lesson.en.md").read_text()
    headline = next(line for line in lesson.splitlines() if line.strip()).lstrip("#* ")[:20]
    game.wait_for(headline.split("*")[0].split("`")[0].strip(), "Lesson")
    assert tutor.attempts == 1
    assert tutor.progress.medal == "gold"
    game.press("C-q")
    assert wait_until(lambda: game.is_over, timeout=20)
    assert_nothing_left(tutor.folder)
    assert tutor("levels", "--json").document[0]["medal"] == "gold"


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


def test_a_terminal_that_is_closed_under_a_game_leaves_nothing(
    game: Terminal, tutor: Tutor
) -> None:
    """The window goes away while the shop is up."""
    to_the_workbench(game)
    game.wait_for("● shop (mine)")
    pids = [process.pid for process in psutil.process_iter() if _plays(process, tutor.folder)]

    game.close()

    assert pids
    assert_nothing_left(tutor.folder)


def _plays(process: psutil.Process, folder: Path) -> bool:
    try:
        return "start" in process.cmdline() and process.cwd() == str(folder)
    except psutil.Error:
        return False
