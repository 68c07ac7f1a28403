"""Twenty who come together and find nothing kept, ten to each worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .looks import PATH, Looks
from .reading import truth_of

if TYPE_CHECKING:
    from tutor.lab import Callers, Lab

EACH = 10
PATIENCE = 10.0
"""Seconds a visitor waits."""
INSIDE = 3.0
"""Seconds in which a worker that has a thread for each of them has taken them in."""
STILL = 0.15
"""Seconds without a new question after which everybody has asked who was going to."""
RESTLESS = 1.0
"""Seconds after which that is looked for no longer."""


class Storm:
    """The moment at which the shelf is not kept any more."""

    VISITORS = 2 * EACH

    def __init__(self, lab: Lab, looks: Looks) -> None:
        self._lab = lab
        self._looks = looks

    def play(self) -> None:
        """Let them come, and count how often the shelf is computed."""
        lab, looks = self._lab, self._looks
        lab.shop.empty_caches()
        books, workers = looks.books, looks.workers
        before = books.asked
        callers = lab.callers(patience=PATIENCE)
        pids = workers.pids[:2]
        with books.holding():
            for pid in pids:
                with workers.only(pid):
                    callers.come(PATH, EACH)
                    self._let_them_in(callers)
        answers = callers.wait()
        computes = books.asked - before
        looks.must_be_one_of(answers, truth_of(lab.shop))
        looks.note_keys()
        lab.measure("computes", computes)
        if 1 < computes <= len(pids):
            lab.find("one_per_worker", workers=len(pids))
        elif computes > 1:
            lab.find("all_compute", computes=computes, visitors=self.VISITORS)

    def _let_them_in(self, callers: Callers) -> None:
        """Wait until the worker has them, and until those who want to have asked."""
        lab, books = self._lab, self._looks.books
        inside, still, restless = map(lab.patience, (INSIDE, STILL, RESTLESS))
        callers.be_let_in(
            self._looks.workers,
            lambda: books.asked,
            inside=inside,
            still=still,
            restless=restless,
        )
