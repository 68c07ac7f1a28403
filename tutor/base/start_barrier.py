"""Do things at the same moment: a barrier that ends with the run, and a crowd that goes through it.

``threading.Barrier`` without a timeout waits for ever for whoever does not come, and hears of no
request to stop.
"""

import threading
import time
from collections.abc import Callable, Sequence

from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError

COMING = 30.0
"""Seconds within which all must have come."""
LOOK = 0.05
"""Seconds between two looks at a request to stop."""


class StartBarrier:
    """A barrier for the threads of an experiment; it opens once, when all *parties* have come."""

    def __init__(self, parties: int, cancel: Cancel, *, patience: float = COMING) -> None:
        self._parties = parties
        self._cancel = cancel
        self._patience = patience
        self._here = 0
        self._changed = threading.Condition()

    def wait(self) -> None:
        """Wait until all have come.

        Raises:
            Cancelled: the run is to end.
            TutorError: the others did not come in time; says how many did.
        """
        deadline = time.monotonic() + self._patience
        with self._changed:
            self._here += 1
            self._changed.notify_all()
            while self._here < self._parties:
                self._cancel.check()
                if time.monotonic() > deadline:
                    raise TutorError.named(
                        "too_few_came", hint="not_yours", came=self._here, awaited=self._parties
                    )
                self._changed.wait(LOOK)


def at_once(acts: Sequence[Callable[[], None]], cancel: Cancel, *, patience: float) -> None:
    """Do all *acts* at the same moment, each in a thread of its own; return when all are through.

    What one of them raises is raised here, after the others have ended: whatever an act wants to
    count as an answer that did not come, it catches itself.

    Raises:
        Cancelled: the run is to end.
        TutorError: one of them did not end within *patience* seconds.
    """
    start = StartBarrier(len(acts), cancel)
    failures: list[Exception] = []

    def run(act: Callable[[], None]) -> None:
        try:
            start.wait()
            act()
        except Exception as error:  # noqa: BLE001 - raised by whoever waits
            failures.append(error)

    threads = [threading.Thread(target=run, args=[act], daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + COMING + patience
    while any(thread.is_alive() for thread in threads):
        if time.monotonic() > deadline:
            busy = sum(thread.is_alive() for thread in threads)
            raise TutorError.named("crowd_stuck", hint="not_yours", busy=busy, crowd=len(acts))
        cancel.wait(LOOK / 5)
    if failures:
        raise failures[0]
