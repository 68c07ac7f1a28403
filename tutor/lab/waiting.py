"""Waiting, and several things at once: what a lab does in step with a run that may be ended."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from tutor.base.background import Background
from tutor.base.cancel import Cancel
from tutor.base.start_barrier import StartBarrier, at_once
from tutor.machine.slowdown import slowdown


class Waiting:
    """What waits for conditions and for threads; it ends with the run."""

    cancel: Cancel
    """Says when the run is to end."""

    @staticmethod
    def patience(seconds: float) -> float:
        """Return *seconds*, or up to three times as many where others crowd this machine.

        For what is waited for until it happens: it is not the shop that is slow there.
        """
        return seconds * slowdown()

    def wait_until(
        self, condition: Callable[[], Any], *, timeout: float, every: float = 0.02
    ) -> bool:
        """Wait until *condition* holds; return whether it did within *timeout* seconds.

        A look may take long: the last one begins when the time is up.
        """
        deadline = time.monotonic() + timeout
        while True:
            is_last = time.monotonic() >= deadline
            if condition():
                return True
            if is_last:
                return False
            self.cancel.wait(every)

    def start_barrier(self, parties: int) -> StartBarrier:
        """Return a barrier for that many threads: it ends with the run, and never waits for ever.

        Use it in place of ``threading.Barrier``; mostly :meth:`at_once` is all that is wanted.
        """
        return StartBarrier(parties, self.cancel)

    def at_once(self, acts: Sequence[Callable[[], None]], *, patience: float) -> None:
        """Do all *acts* at the same moment, each in a thread, and wait for them to end.

        What an act raises is raised here. *patience* is the longest that any of them may take.
        """
        at_once(acts, self.cancel, patience=patience)

    def background(self, name: str, work: Callable[[threading.Event], None]) -> Background:
        """Return *work* to be done during a ``with`` block, in a thread that cannot fail unseen.

        It gets an event that is set when the block ends, and returns soon after; what it raises is
        raised at the end of the block, or earlier by ``check()``.
        """
        return Background(name, work)
