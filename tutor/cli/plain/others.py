"""Runs of other tutors: told between two commands, or while the next one is waited for."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from tutor.base import interrupts
from tutor.base.errors import TutorError
from tutor.learner.elsewhere import LOOK, Elsewhere, OtherBegan, OtherEnded

if TYPE_CHECKING:
    from tutor.learner.session import Session


class Others:
    """Looks for runs of other tutors, from a thread of its own once somebody can be told."""

    def __init__(self, session: "Session") -> None:
        self._elsewhere = Elsewhere(session)
        self._facts: queue.SimpleQueue[OtherBegan | OtherEnded] = queue.SimpleQueue()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, ring: Callable[[], None]) -> None:
        """Look from now on, and *ring* whenever there is something to tell."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._look, args=(ring,), daemon=True)
            self._thread.start()

    def _look(self, ring: Callable[[], None]) -> None:
        while not self._over.wait(LOOK):
            # The disk is away for a moment, what was kept cannot be read, or the game has ended.
            with suppress(OSError, TutorError):
                for fact in self._elsewhere.look():
                    self._facts.put(fact)
                    ring()

    def news(self) -> list[OtherBegan | OtherEnded]:
        """Return what has happened since the last question."""
        return list(self._elsewhere.look() if self._thread is None else self._heard())

    def _heard(self) -> Iterator[OtherBegan | OtherEnded]:
        with suppress(queue.Empty):
            while True:
                yield self._facts.get_nowait()

    def close(self) -> None:
        """Look no more."""
        self._over.set()
        if self._thread is not None:
            interrupts.join(self._thread)
