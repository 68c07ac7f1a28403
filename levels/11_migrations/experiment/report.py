"""What the witness saw, and who had to wait for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab, Release, RolledOut

STATEMENT = 110
"""Characters of a statement that are told."""


class Report:
    """Says what the release did to those who were in the shop."""

    def __init__(self, lab: Lab, most_patience: int) -> None:
        self._lab = lab
        self._most_patience = most_patience

    def tell_of_queues(self, rolled: RolledOut) -> None:
        """Record who stood behind a migration that would not give up."""
        lab = self._lab
        if rolled.accountant_was_ended:
            lab.foul("accountant_ended")
        most = self._most_patience
        frozen = [m for m in rolled.meetings if m.stuck and not m.gives_up_within(most)]
        lab.measure("frozen", sum(len(m.stuck) for m in frozen))
        for meeting in frozen:
            values = {
                "migration": meeting.migration,
                "statement": _brief(meeting.statement),
                "chain": meeting.chain,
                "visitors": len(meeting.stuck),
            }
            if meeting.patience:
                lab.find_once("waits_too_long", seconds=round(meeting.patience / 1000), **values)
            else:
                lab.find_once("frozen", **values)

    def tell_of_table(self, release: Release, rows_at_once: float) -> None:
        """Record what was done to the table while visitors were kept out."""
        lab, seen = self._lab, release.testify()
        lab.measure("rewritten", len(seen.rewritten) + len(seen.read))
        lab.measure("locked_rows", seen.locked)
        lab.measure("largest", seen.largest)
        if seen.is_another:
            lab.foul("table_replaced")
        if seen.rewritten:
            lab.find("rewritten", statement=_brief(seen.rewritten[0]))
        if seen.read:
            lab.find("read_under_lock", statement=_brief(seen.read[0]))
        if seen.locked:
            lab.find("backfill_locks", rows=seen.locked, statement=_brief(seen.locked_by))
        elif seen.largest > rows_at_once:
            lab.find("one_large_transaction", rows=seen.largest)


def _brief(statement: str) -> str:
    return statement if len(statement) <= STATEMENT else f"{statement[: STATEMENT - 1]}…"
