"""A game in a real terminal: keys go in, the screen comes out."""

import os
import secrets
import shutil
import subprocess
import sys
import time

import pytest

from tests.helpers import wait_until
from tests.real import Tutor
from tutor.curriculum import Level, load_levels
from tutor.curriculum.compose import compose
from tutor.judge import Outcome
from tutor.learner.session import read_all
from tutor.words.texts import Texts

PATIENCE = 300.0
STILL = 0.3
"""Seconds after which a screen that did not change will not change by itself."""
OUTCOMES = tuple(outcome.value for outcome in Outcome)


def needs_tmux() -> None:
    """Skip where tmux is missing; in CI it must not be."""
    if shutil.which("tmux"):
        return
    if os.environ.get("CI"):
        pytest.fail("tmux is not installed; in CI it must be")
    pytest.skip("needs tmux")


class Terminal:
    """A terminal with a program in it, by way of tmux."""

    def __init__(
        self,
        tutor: Tutor,
        *words: str,
        size: tuple[int, int] = (80, 24),
        language: str = "en",
    ) -> None:
        self._notes = tutor.folder / "screens.txt"
        self.name = f"levelup-{secrets.token_hex(4)}"
        self.texts = Texts(language)
        width, height = size
        self._tmux(
            *("new-session", "-d", "-s", "game", "-x", str(width), "-y", str(height)),
            *("-c", str(tutor.folder), *(f"-e{k}={v}" for k, v in self._env(tutor).items())),
            *(sys.executable, "-m", "tutor", *words),
        )

    def _env(self, tutor: Tutor) -> dict[str, str]:
        """Return what the game must know; colours are its own affair in a terminal."""
        names = (
            "LEVELUP_HOME",
            "LEVELUP_WORKSPACE",
            "HOME",
            "TMPDIR",
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

    def note(self, about: str) -> None:
        """Write down the screen for whoever wants to see what was played."""
        with self._notes.open("a", encoding="utf-8") as notes:
            notes.write(f"==== {about}\n{self.still()}\n")

    def wait_for_outcome(self) -> str:
        """Wait for a verdict and return the outcome by its key."""
        said = {self.texts(f"outcome_explained.{key}")[:40]: key for key in OUTCOMES}
        seen = self.wait_for(*said, self.texts("tui.win.how"))
        if seen not in said:
            # A win is celebrated first.
            self.press("Enter")
            seen = self.wait_for(*said)
        return said[seen]

    def back_to_work(self) -> None:
        """Leave whatever lies over the workbench."""
        for _ in range(5):
            self.press("Escape")
            if wait_until(lambda: self.texts("tui.tab.diff") in self.screen, timeout=3):
                return
        raise AssertionError(self.screen)

    def close(self) -> None:
        """Close the terminal and all in it."""
        self._tmux("kill-server")


def begins_anew(tutor: Tutor) -> None:
    """Leave what a first start leaves and nothing else: a warm stack."""
    shutil.rmtree(tutor.workspace)
    for path in tutor.home.iterdir():
        if path.name != "stacks":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def mending_editor(tutor: Tutor, level: Level) -> None:
    """Let the editor save the reference answer of *level*, whatever it is to open."""
    mended = tutor.folder / "mended" / level.slug
    # All of it, not only what the level's start has otherwise: level 7 breaks what it draws.
    for name, data in read_all(compose(level, "fixed", load_levels())).items():
        path = mended / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    editor = tutor.folder / "editor"
    editor.write_text(f'#!/bin/sh\ncp -r "{mended}/." "{tutor.workspace}"\n')
    editor.chmod(0o755)
    tutor.env["EDITOR"] = str(editor)
