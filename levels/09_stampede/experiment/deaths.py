"""The one who computes dies half-way: somebody else has to, half a minute later."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from .looks import PATH
from .reading import difference, truth_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tutor.lab import Callers, Lab

    from .edits import Edits
    from .looks import Looks

PATIENCE = 6.0
"""Seconds a visitor waits for a shelf that somebody who died was to bring."""
BEGINS = 1.5
"""Seconds in which a worker that computes itself has begun; Celery stands still meanwhile."""
HALF_A_MINUTE = 31.0
LOCK_ENDS = 75.0
"""Seconds after which a lock whose end no cache knows counts as one without."""
AGAIN = 0.5
"""Seconds between two looks of who is shown another shelf at once."""
HOUR = 3600
CELERY = "worker"
"""What ``stack.toml`` calls a service of Celery's that works, or how that begins."""


class Deaths:
    """Accidents of those who compute."""

    def __init__(self, lab: Lab, looks: Looks, edits: Edits) -> None:
        self._lab = lab
        self._looks = looks
        self._edits = edits

    def play(self) -> None:
        """Kill who computes, and look half a minute later whether visitors are shown the shelf."""
        lab = self._lab
        if not (any(map(self._kill_after, self._edits.outdating)) or self._kill_editor()):
            lab.find("death_unseen")
            return
        killed = time.monotonic()
        other = self._looks.workers.pids[0]
        half_a_minute = lab.let_pass(HALF_A_MINUTE)
        stuck = self._without_shelf(other)
        if stuck:
            # Whatever has a clock that is not ours to turn gets its half minute.
            half_a_minute.take_back()
            stuck = self._still_without(other, until=killed + HALF_A_MINUTE)
        lab.measure("stuck", stuck)
        if stuck:
            lab.let_pass(HOUR)
            if self._still_without(other, until=killed + LOCK_ENDS):
                lab.foul("lock_forever")
            lab.find("lock_long")

    def _kill_after(self, outdate: Callable[[], object]) -> bool:
        """Kill who computes after *outdate*; return whether anybody did."""
        lab, looks = self._lab, self._looks
        outdate()
        callers = lab.callers(patience=PATIENCE)
        with looks.books.holding(1):
            is_killed = self._kill_worker(callers) or self._kill_celery()
        callers.wait()
        return is_killed

    def _kill_editor(self) -> bool:
        """Kill the worker that computes because somebody saves; return whether there is one."""
        lab, looks = self._lab, self._looks
        holder = looks.workers.pids[-1]
        with looks.books.holding(1):
            with looks.workers.only(holder), self._edits.saving(self._edit_cut_off) as is_saved:
                lab.wait_until(
                    lambda: looks.books.held or is_saved.is_set(), timeout=lab.patience(BEGINS)
                )
                if is_held := bool(looks.books.held):
                    looks.workers.kill(holder)
            return is_held

    def _edit_cut_off(self) -> None:
        """Save, and hear nothing of it where the worker is killed meanwhile."""
        try:
            self._edits.price()
        except Exception as error:
            if not self._lab.is_unanswered(error):
                raise

    def _kill_worker(self, callers: Callers) -> bool:
        """Have one come to one worker; kill that where it computes, and nobody of Celery's."""
        lab, looks = self._lab, self._looks
        holder = looks.workers.pids[-1]
        with ExitStack() as still:
            still.enter_context(looks.workers.only(holder))
            for title in self._celery:
                still.enter_context(lab.shop.paused(title))
            is_computed = looks.is_computed_for(callers, within=BEGINS)
        if is_computed:
            looks.workers.kill(holder)
        return is_computed

    def _kill_celery(self) -> bool:
        """Kill the workers of Celery where one of them computes; others take their place."""
        lab, books = self._lab, self._looks.books
        titles = self._celery
        if not titles or not lab.wait_until(lambda: books.held, timeout=lab.patience(1.0)):
            return False
        for title in titles:
            lab.shop.kill(title)
        for title in titles:
            lab.shop.restart_service(title)
        return True

    @property
    def _celery(self) -> list[str]:
        return [title for title in self._lab.shop.services if title.startswith(CELERY)]

    def _still_without(self, worker: int, *, until: float) -> int:
        """Return how many of two are not shown the shelf, asking again *until* a moment is past."""
        while True:
            is_last = time.monotonic() >= until
            stuck = self._without_shelf(worker)
            if not stuck or is_last:
                return stuck
            self._lab.cancel.wait(AGAIN)

    def _without_shelf(self, worker: int) -> int:
        """Return how many of two who ask *worker* are not shown the shelf."""
        lab = self._lab
        callers = lab.callers(patience=PATIENCE)
        with self._looks.workers.only(worker):
            callers.come(PATH, 2)
            answers = callers.wait()
        truth = truth_of(lab.shop)
        return sum(
            bool(one.problem) or difference(lab, one.text, truth) is not None for one in answers
        )
