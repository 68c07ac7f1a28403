"""The game in a terminal while visitors come: its keys and its CPU."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests.bench.commands import TUTOR
from tests.bench.shops import session_in, stack_of
from tests.bench.terminal import TITLE, await_text, in_terminal, read

LOADED = b" s left"
"""What the run bar says only while visitors come."""
PAGES = ((b"2", b"At most 212 statements"), (b"3", b"Log of this run"))
"""Keys, and what is on the screen once each is answered."""


@contextmanager
def under_load() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Play level 1 as it begins and lend the game as soon as visitors come."""
    with (
        stack_of(session_in("loaded")),
        in_terminal(TUTOR, "start", "--workspace", "loaded") as (process, master),
    ):
        await_text(process, master, TITLE, 20)
        os.write(master, b"\r")
        await_text(process, master, b"http://127.0.0.1", 60)
        os.write(master, b"v")
        await_text(process, master, LOADED, 120)
        yield process, master
        os.write(master, b"\x1b")


def answered_keys(runs: int) -> Iterator[float]:
    """Yield the milliseconds from a key to the screen that it asked for, at full load."""
    with under_load() as (process, master):
        for number in range(runs):
            pressed, expected = PAGES[number % len(PAGES)]
            began = time.monotonic()
            os.write(master, pressed)
            await_text(process, master, expected, 10)
            yield 1000 * (time.monotonic() - began)


def cpu_of_game(runs: int) -> Iterator[float]:
    """Yield the percent of a core that the game uses while visitors come, everything included."""
    with under_load() as (process, master):
        game = psutil.Process(process.pid)
        for _ in range(runs):
            before, began = sum(game.cpu_times()[:2]), time.monotonic()
            while time.monotonic() < began + 1:
                read(master, 0.05)
            used = sum(game.cpu_times()[:2]) - before
            yield 100 * used / (time.monotonic() - began)
