"""What the witness saw, and who had to wait for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor.lab.instruments.release.queues import brief

from .arrival import TABLE

if TYPE_CHECKING:
    from tutor.lab import Lab, Release, RolledOut


class Report:
    """Says what the release did to those who were in the shop."""

    def __init__(self, lab: Lab, most_patience: int) -> None:
        self._lab = lab
        self._most_patience = most_patience

    def tell_of_queues(self, release: Release, rolled: RolledOut) -> None:
        """Record who stood behind a migration that would not give up."""
        release.tell_of_queues(self._lab, rolled, most_patience=self._most_patience)

    def tell_of_table(self, release: Release, rows_at_once: float) -> None:
        """Record what was done to the table so far while visitors were kept out."""
        lab, seen = self._lab, release.testify()
        lab.measure("rewritten", len(seen.rewritten) + len(seen.read))
        lab.measure("locked_rows", seen.locked)
        lab.measure("largest", seen.largest)
        if seen.is_another:
            lab.foul("table_replaced")
        if seen.hidden_by:
            lab.refuse("data_hidden", table=TABLE, what=brief(seen.hidden_by))
        if seen.rewritten:
            lab.find_once("rewritten", statement=brief(seen.rewritten[0]))
        if seen.read:
            lab.find_once("read_under_lock", statement=brief(seen.read[0]))
        if seen.locked:
            lab.find_once("backfill_locks", rows=seen.locked, statement=brief(seen.locked_by))
        elif seen.largest > rows_at_once:
            lab.find_once("one_large_transaction", rows=seen.largest)
