"""What the witness saw, and who had to wait for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .arrival import TABLE

if TYPE_CHECKING:
    from tutor.lab import Lab, Meeting, Release, RolledOut

STATEMENT = 110
"""Characters of a statement that are told."""


class Report:
    """Says what the release did to those who were in the shop."""

    def __init__(self, lab: Lab, most_patience: int) -> None:
        self._lab = lab
        self._most_patience = most_patience

    def tell_of_queues(self, release: Release, rolled: RolledOut) -> None:
        """Record who stood behind a migration that would not give up."""
        lab = self._lab
        if rolled.accountant_was_ended:
            lab.foul("accountant_ended")
        frozen = [m for m in rolled.meetings if m.stuck and not self._gives_up(m)]
        unbounded = [] if frozen else release.witness.unbounded(self._most_patience)
        lab.measure("frozen", sum(len(m.stuck) for m in frozen) + len(unbounded))
        if unbounded:
            lab.find("would_freeze", statement=_brief(unbounded[0]))
        for meeting in frozen:
            values = {
                "migration": meeting.migration,
                "statement": _brief(meeting.statement),
                "chain": _chain(meeting),
                "visitors": len(meeting.stuck),
            }
            if meeting.outlasted:
                lab.find_once("still_waits", seconds=self._most_patience // 1000, **values)
            elif meeting.patience:
                seconds = f"{meeting.patience / 1000:g}"
                lab.find_once("waits_too_long", seconds=seconds, **values)
            else:
                lab.find_once("frozen", **values)

    def _gives_up(self, meeting: Meeting) -> bool:
        if meeting.patience is None:
            return not meeting.outlasted
        return 0 < meeting.patience <= self._most_patience

    def tell_of_table(self, release: Release, rows_at_once: float) -> None:
        """Record what was done to the table so far while visitors were kept out."""
        lab, seen = self._lab, release.testify()
        lab.measure("rewritten", len(seen.rewritten) + len(seen.read))
        lab.measure("locked_rows", seen.locked)
        lab.measure("largest", seen.largest)
        if seen.is_another:
            lab.foul("table_replaced")
        if seen.hidden_by:
            lab.refuse("data_hidden", table=TABLE, what=_brief(seen.hidden_by))
        if seen.rewritten:
            lab.find_once("rewritten", statement=_brief(seen.rewritten[0]))
        if seen.read:
            lab.find_once("read_under_lock", statement=_brief(seen.read[0]))
        if seen.locked:
            lab.find_once("backfill_locks", rows=seen.locked, statement=_brief(seen.locked_by))
        elif seen.largest > rows_at_once:
            lab.find_once("one_large_transaction", rows=seen.largest)


def _brief(statement: str) -> str:
    return statement if len(statement) <= STATEMENT else f"{statement[: STATEMENT - 1]}…"


def _chain(meeting: Meeting) -> str:
    """Return the queue in one line, its head first."""
    said = []
    for session in meeting.queue:
        lock = session.wants.removesuffix("Lock")
        said.append(f"{session.name} ({lock})" if lock else session.name)
    return " ← ".join(said)
