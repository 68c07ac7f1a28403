"""A machine that others crowd: both cores wanted, and a disk that never rests."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

SPIN = "while True: pass"
HOG = """
import os, sys
block = os.urandom(1 << 20)
with open(sys.argv[1], "wb", buffering=0) as file:
    while True:
        file.seek(0)
        for _ in range(8):
            file.write(block)
        os.fsync(file.fileno())
"""
"""Writes eight megabytes over and over, and insists that they reach the disk."""


@contextmanager
def busy(*, disk: bool = False) -> Iterator[None]:
    """Crowd the machine during the block: a process per core, and one that keeps the disk busy."""
    with ExitStack() as ends:
        commands = [["-c", SPIN]] * (os.cpu_count() or 1)
        if disk:
            folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="levelup-busy-")))
            commands.append(["-c", HOG, str(folder / "hog")])
        for command in commands:
            process = subprocess.Popen([sys.executable, *command])
            ends.callback(process.wait)
            ends.callback(process.kill)
        yield
