"""Twenty who come together when the cache was emptied, ten to each worker."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tutor.lab import Answered, Callers, Lab, LockedTable

    from .monday import Monday

EACH = 10
PATIENCE = 15.0
"""Seconds a visitor waits."""
INSIDE = 1.5
"""Seconds in which a worker that has a thread for each of them has taken them in."""
STILL = 0.1
"""Seconds without a new question after which everybody has asked who was going to."""
RESTLESS = 0.5
"""Seconds after which that is looked for no longer."""
PATIENT = 4.0
"""Seconds for which whoever computes may be taken to be at it; then another one may begin."""
TRIES = 3


class Blow(NamedTuple):
    """How one storm went."""

    computes: int
    seconds: float
    """For how long nobody could read products."""
    answers: list[Answered]

    @property
    def is_excused(self) -> bool:
        """Whether more than one computed because a busy machine held the first one up."""
        return 1 < self.computes <= 1 + self.seconds // PATIENT


class Storm:
    """The moment at which the deals are not kept any more."""

    VISITORS = 2 * EACH

    def __init__(self, lab: Lab, monday: Monday) -> None:
        self._lab = lab
        self._monday = monday
        self._pids = monday.workers.pids[:2]

    def play(self) -> None:
        """Let them come while nobody may read products, and count how often those are asked for."""
        lab = self._lab
        for _ in range(TRIES):
            blow = self._blow()
            self._must_be_right(blow.answers)
            if not blow.is_excused:
                break
        else:
            lab.too_noisy("computes")
        lab.measure("computes", blow.computes)
        if 1 < blow.computes <= len(self._pids):
            lab.find("one_per_worker", workers=len(self._pids))
        elif blow.computes > 1:
            lab.find("all_compute", computes=blow.computes, visitors=self.VISITORS)

    def _blow(self) -> Blow:
        lab, monday = self._lab, self._monday
        lab.shop.empty_caches()
        callers = lab.callers(patience=PATIENCE)
        with lab.counting(lab.shop, *monday.standbys) as log:
            with lab.locked_table("catalog_product").locked() as table:
                began = time.monotonic()
                for pid in self._pids:
                    with monday.workers.only(pid):
                        callers.come(monday.PATH, EACH)
                        self._let_them_in(callers, table)
                held = table.held
            seconds = time.monotonic() - began
            answers = callers.wait()
        asked = [text for text in log.texts if lab.asked_for_products([text])]
        computes = max(Counter(map(lab.shape_of, asked)).values(), default=0)
        if held <= 1:
            # Who was alone at it is one, whoever looked a moment too early and asked once more.
            computes = min(computes, 1)
        return Blow(computes, seconds, answers)

    def _must_be_right(self, answers: Iterable[Answered]) -> None:
        """Refuse pages that did not come, or show other deals."""
        lab, monday = self._lab, self._monday
        truth = monday.truth()
        for answer in answers:
            if answer.problem:
                lab.shop.page(monday.PATH)  # says why, if it fails for everybody
                lab.foul("nothing_shown", example=lab.in_kinds({answer.problem: 1}))
            if found := monday.difference(answer.text, truth):
                lab.foul("deals_wrong", **found)

    def _let_them_in(self, callers: Callers, table: LockedTable) -> None:
        """Wait until the worker has them, and until those who want to have asked."""
        lab, workers = self._lab, self._monday.workers
        lab.wait_until(lambda: workers.have_taken(callers.waiting), timeout=INSIDE)
        deadline = time.monotonic() + RESTLESS
        held = -1
        while held != (held := table.held) and callers.waiting and time.monotonic() < deadline:
            lab.cancel.wait(STILL)
