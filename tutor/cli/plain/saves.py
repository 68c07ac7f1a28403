"""A bell that rings while the learner is asked: another program saved a file, or measures."""

import os
import select
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tutor.base import interrupts

QUIET = 0.4
"""Seconds without another save after which one is over: editors write in steps."""
MANY = 4096
"""Bytes that are taken out of the pipe at once; each stands for a save or several."""


class Saves:
    """Notices what is saved from a thread of its own, and rings at the end of a pipe."""

    def __init__(self) -> None:
        self._rung = self._rope = -1
        """The ends of the pipe; there is none before somebody listens."""
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def hang(self) -> None:
        """Be there to be rung, before anything is watched."""
        if self._rung < 0:
            self._rung, self._rope = os.pipe()
            os.set_blocking(self._rung, False)

    def watch(self, folder: Path) -> None:
        """Ring from now on whenever something in *folder* is saved."""
        from tutor.learner.watch import changes

        self.hang()
        if self._thread is None:
            seen = changes(folder, self._over)
            self._thread = threading.Thread(target=self._ring, args=(seen,), daemon=True)
            self._thread.start()

    def _ring(self, changes: Iterator[set[str]]) -> None:
        for _ in changes:
            self.ring()

    def ring(self) -> None:
        """Ring for anything else that is worth an interruption."""
        with suppress(OSError):  # the game has ended meanwhile
            os.write(self._rope, b"!")

    def fileno(self) -> int:
        """Return what can be read once it has rung."""
        return self._rung

    def hush(self) -> None:
        """Let it ring anew only for what is saved from now on."""
        if self._rung >= 0:
            with suppress(BlockingIOError):
                os.read(self._rung, MANY)

    def rests(self) -> bool:
        """Wait a moment; return whether nothing more was saved in it."""
        if self._thread is None:
            return True
        return not select.select([self._rung], [], [], QUIET)[0]

    def close(self) -> None:
        """Notice nothing any more."""
        self._over.set()
        if self._thread is not None:
            interrupts.join(self._thread)
        if self._rung >= 0:
            ends, self._rung, self._rope = (self._rope, self._rung), -1, -1
            for end in ends:
                os.close(end)
