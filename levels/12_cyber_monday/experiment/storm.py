"""Twenty who come together when the cache was emptied, ten to each worker: strangers first, then
customers, as whoever has a name may be sent another way."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tutor.lab import Answered, Lab

    from .monday import Monday

EACH = 5
"""Strangers who come to each worker, and customers."""
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
EARLY = 2
"""Visitors who may have looked a moment too early: nothing was kept, and then the lock was free."""


class Blow(NamedTuple):
    """How one storm went."""

    computes: int
    seconds: float
    """For how long nobody could read products."""
    answers: list[Answered]
    held: int = 1
    """How many were looking at the same time."""
    strangers: int = 1
    """How many of these were strangers."""

    @property
    def is_excused(self) -> bool:
        """Whether more than one computed because a busy machine held the first one up."""
        return 1 < self.computes <= 1 + self.seconds // PATIENT

    @property
    def is_early(self) -> bool:
        """Whether those who computed once more may have done so by accident."""
        return self.held <= 1 < self.computes <= 1 + EARLY


class Storm:
    """The moment at which the deals are not kept any more."""

    VISITORS = 4 * EACH

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
            if not (blow.is_excused or blow.is_early):
                break
        else:
            # An accident does not happen three times.
            if not blow.is_early:
                lab.too_noisy("computes")
        lab.measure("computes", blow.computes)
        if blow.computes > 1:
            self._tell(blow)

    def _tell(self, blow: Blow) -> None:
        """Say why more than one computed."""
        lab, values = self._lab, {"computes": blow.computes, "visitors": self.VISITORS}
        if blow.strangers <= 1 < blow.held:
            lab.find("customers_compute", **values)
        elif blow.computes <= len(self._pids):
            lab.find("one_per_worker", workers=len(self._pids))
        elif blow.held <= 1:
            lab.find("not_looked_again", **values)
        else:
            lab.find("all_compute", **values)

    def _blow(self) -> Blow:
        lab, monday = self._lab, self._monday
        known = monday.known
        lab.shop.empty_caches()
        callers = lab.callers(patience=PATIENCE)
        held: list[int] = []
        with lab.counting(lab.shop, *monday.copies) as log:
            with lab.locked_table("catalog_product").locked() as table:
                began = time.monotonic()
                for cookies in ({}, known):
                    for pid in self._pids:
                        with monday.workers.only(pid):
                            callers.come(monday.PATH, EACH, cookies)
                            callers.be_let_in(
                                monday.workers,
                                lambda: table.held,
                                inside=INSIDE,
                                still=STILL,
                                restless=RESTLESS,
                            )
                    held.append(table.held)
            seconds = time.monotonic() - began
            answers = callers.wait()
        asked = lab.asking_for_products(log.texts)
        computes = max(Counter(map(lab.shape_of, asked)).values(), default=0)
        if held[-1] > 1:
            # Whoever asks a view or a function does not name the table, and stands before it.
            computes = max(computes, held[-1])
        return Blow(computes, seconds, answers, held[-1], held[0])

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
