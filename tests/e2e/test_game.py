"""Whole games in a real terminal of 80×24, with keys alone: one won, one given up, two cut off."""

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
from tutor.judge import Outcome
from tutor.session import read_all
from tutor.texts import Texts
from tutor.workspace import compose

pytestmark = [pytest.mark.services, pytest.mark.load]
WIDTH, HEIGHT = 80, 24
PATIENCE = 300.0
STILL = 0.3
"""Seconds after which a screen that did not change will not change by itself."""
EN = Texts("en")
LEVELS = load_levels()
OUTCOMES = tuple(outcome.value for outcome in Outcome)
SCENES = LEVELS[0].text("story", "en").count("\n## ") + 1
FIRST_WORDS = LEVELS[0].text("briefing", "en").split(".")[0].strip("*# \n")
"""Of the briefing, which the workbench begins with."""


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
            "EDITOR",
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

    def read_on(self, key: str, *, until: str) -> str:
        """Press *key* again and again until *until* is seen; return all that was read meanwhile."""
        read = [self.screen]
        deadline = time.monotonic() + PATIENCE
        while until not in read[-1]:
            assert time.monotonic() < deadline, f"never saw {until!r}, but:\n{read[-1]}"
            self.press(key)
            wait_until(lambda: self.screen != read[-1], timeout=3)
            read.append(self.still())
        return "\n".join(read)

    def still(self) -> str:
        """Return the screen once it has been drawn to its end: it stays the same for a while."""
        drawn, since = self.screen, time.monotonic()
        deadline = since + 5
        while time.monotonic() < min(since + STILL, deadline):
            if (now := self.screen) != drawn:
                drawn, since = now, time.monotonic()
        return drawn

    def wait_for_outcome(self) -> str:
        """Wait for a verdict and return the outcome by its key."""
        said = {EN(f"outcome_explained.{key}")[:40]: key for key in OUTCOMES}
        seen = self.wait_for(*said, EN("tui.win.how"))
        if seen not in said:
            # A win is celebrated first.
            self.press("Enter")
            seen = self.wait_for(*said)
        return said[seen]

    def back_to_work(self) -> None:
        """Leave whatever lies over the workbench."""
        for _ in range(5):
            self.press("Escape")
            if wait_until(lambda: EN("tui.tab.diff") in self.screen, timeout=3):
                return
        raise AssertionError(self.screen)

    def close(self) -> None:
        """Close the terminal and all in it."""
        self._tmux("kill-server")


def mending_editor(tutor: Tutor) -> str:
    """Return an editor that saves the reference answer of level 1, whatever it is to open."""
    broken, fixed = (read_all(compose(LEVELS[0], v, LEVELS)) for v in ("broken", "fixed"))
    for name, data in fixed.items():
        if broken.get(name) != data:
            path = tutor.folder / "mended" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    editor = tutor.folder / "editor"
    editor.write_text(f'#!/bin/sh\ncp -r "{tutor.folder}/mended/." "{tutor.workspace}"\n')
    editor.chmod(0o755)
    return str(editor)


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
    tutor.env["EDITOR"] = mending_editor(tutor)
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
