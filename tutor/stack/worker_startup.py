"""Bring gunicorn to as many workers as were asked for, and say why it has fewer."""

import re
import signal
import time
from collections.abc import Callable

from tutor.base.cancel import Cancel
from tutor.machine.processes import children_of
from tutor.machine.slowdown import slowdown
from tutor.stack.services.gunicorn import Gunicorn
from tutor.stack.stack import Stack

FIRST, EACH = 10.0, 2.0
"""Seconds that the first worker may take, and each one more, on a machine that nobody crowds."""
MANY_DEATHS = 3
"""Workers that ended while they loaded the shop, after which no more are waited for."""
KILLED = "Worker (pid:{pid}) was sent SIGKILL"
BOOTING = "Booting worker with pid"
EXITED = re.compile(r"Worker \(pid:\d+\) (?:exited with code|was sent) (\S+?)[.!]")


class WorkerStartup:
    """The workers of one gunicorn while they come up."""

    def __init__(self, stack: Stack, gunicorn: Gunicorn, cancel: Cancel) -> None:
        self.ended: list[int] = []
        """Workers that ended before they had loaded the shop."""
        self.loading: list[int] = []
        """Workers that are still at it."""
        self.loaded = 0
        self.most_loaded = 0
        """Of those that were there at the same time; where gunicorn has ended, nobody is."""
        self._stack = stack
        self._gunicorn = gunicorn
        self._cancel = cancel
        self._known: set[int] = set()

    def bring_to(self, wanted: int, told: int, tell: Callable[[int], None]) -> bool:
        """Have *wanted* workers loaded; return whether they are.

        gunicorn was *told* of so many before; *tell* hears of each one more.
        """
        deadline = time.monotonic() + (FIRST + EACH * wanted) * slowdown()
        # One at a time: gunicorn may still be starting those it was told of, and of two signals
        # that arrive together one is lost.
        while told < wanted:
            if not self._wait(lambda goal=told: self._here() >= goal, deadline):  # type: ignore[misc]
                return False
            self._stack.signal(self._gunicorn.name, signal.SIGTTIN)
            told += 1
            tell(told)
        return self._wait(lambda: self.loaded >= wanted, deadline)

    @property
    def is_running(self) -> bool:
        """Whether gunicorn itself is still there: it ends where a worker cannot load the shop."""
        return self._stack.is_running(self._gunicorn.name)

    def was_killed(self, log: str) -> bool:
        """Return whether somebody killed the workers that ended, as gunicorn's *log* tells."""
        return any(KILLED.format(pid=pid) in log for pid in self.ended)

    def _here(self) -> int:
        return self.loaded + len(self.loading)

    def _wait(self, condition: Callable[[], bool], deadline: float) -> bool:
        while True:
            self._look()
            if condition():
                return True
            given_up = time.monotonic() > deadline or len(self.ended) >= MANY_DEATHS
            if given_up or not self.is_running:
                return False
            self._cancel.wait(0.02)

    def _look(self) -> None:
        master = self._stack.status()[self._gunicorn.name].pid
        children = set(children_of(master, recursive=False))
        marks = {path.name for path in self._gunicorn.ready.iterdir()}
        self.ended += [p for p in self._known - children if str(p) not in marks]
        self._known = children
        self.loading = sorted(pid for pid in children if str(pid) not in marks)
        self.loaded = len(children) - len(self.loading)
        self.most_loaded = max(self.most_loaded, self.loaded)


def codes_in(log: str) -> list[str]:
    """Return how workers ended, as gunicorn's *log* tells: a code or a signal for each."""
    return EXITED.findall(log)


def boots_in(log: str) -> int:
    """Return how many workers were started, as gunicorn's *log* tells."""
    return log.count(BOOTING)
