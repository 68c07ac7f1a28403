"""Who stands behind whoever renews the shelf, after an edit and after a minute."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from .looks import PATH
from .overlaps import SAVED
from .reading import truth_of

if TYPE_CHECKING:
    from tutor.lab import Lab

    from .edits import Edits
    from .looks import Looks

VISITORS = 6
PATIENCE = 15.0
"""Seconds a visitor waits."""
AT_ONCE = 4.0
"""Seconds in which whoever is shown what there was has it; the bookkeeping is held meanwhile."""
AT_ONCE_QUICK = 1.5
"""The same in a quick check, which follows each save."""
A_MINUTE = 61.0
"""Seconds after which the figures are too old."""


class Waits:
    """Visitors who come while the shelf is renewed."""

    def __init__(self, lab: Lab, looks: Looks, edits: Edits) -> None:
        self._lab = lab
        self._looks = looks
        self._edits = edits

    def play(self) -> None:
        """Count who has to wait for somebody else, after an edit and after a minute."""
        after_edit, after_minute = self._after_an_edit(), self._after_a_minute()
        self._lab.measure("waiting", after_edit + after_minute)
        if after_edit + after_minute:
            self._lab.find("queue_behind", edit=after_edit, minute=after_minute)

    def _after_an_edit(self) -> int:
        lab, looks = self._lab, self._looks
        self._warm_up()
        before = truth_of(lab.shop)
        with ExitStack() as gate:
            gate.enter_context(looks.books.holding())
            with self._edits.saving(self._edits.price) as is_saved, gate:
                lab.wait_until(
                    lambda: looks.books.held or is_saved.is_set(), timeout=lab.patience(SAVED)
                )
                return self._come(gate, before)

    def _after_a_minute(self) -> int:
        lab = self._lab
        self._warm_up()
        with ExitStack() as gate:
            gate.enter_context(self._looks.books.holding())
            lab.let_pass(A_MINUTE)
            return self._come(gate, truth_of(lab.shop))

    def _warm_up(self) -> None:
        """Have every worker show the shelf as it is."""
        self._looks.must_be_true()

    def _come(self, gate: ExitStack, before: dict[str, dict[str, object]]) -> int:
        """Let visitors come, and the *gate* open; return how many waited for somebody else."""
        lab = self._lab
        callers = lab.callers(patience=PATIENCE)
        callers.come(PATH, VISITORS)
        # One of them may be the one who computes.
        at_once = AT_ONCE_QUICK if lab.quick else AT_ONCE
        lab.wait_until(lambda: callers.waiting <= 1, timeout=lab.patience(at_once))
        waiting = max(0, callers.waiting - 1)
        gate.close()
        self._looks.must_be_one_of(callers.wait(), before, truth_of(lab.shop))
        return waiting
