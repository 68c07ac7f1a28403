"""What is told of those who stood behind a migration, or would have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor.base.text import cut

if TYPE_CHECKING:
    from tutor.lab.instruments.context import Context
    from tutor.lab.instruments.release.rollout import RolledOut
    from tutor.lab.instruments.release.witness import Witness

STATEMENT = 110
"""Characters of a statement that are told."""


def tell_of_queues(lab: Context, witness: Witness, rolled: RolledOut, most_patience: int) -> None:
    """Record as ``frozen`` who stood behind a migration that does not give up in time.

    A level has these findings: ``accountant_ended``, ``frozen``, ``still_waits``,
    ``waits_too_long`` and ``would_freeze``.
    """
    if rolled.accountant_was_ended:
        lab.foul("accountant_ended")
    frozen = [m for m in rolled.meetings if m.stuck and not m.gives_up_within(most_patience)]
    unbounded = [] if frozen else witness.unbounded(most_patience)
    lab.measure("frozen", sum(len(m.stuck) for m in frozen) + len(unbounded))
    if unbounded:
        lab.find("would_freeze", statement=brief(unbounded[0]))
    for meeting in frozen:
        values = {
            "migration": meeting.migration,
            "statement": brief(meeting.statement),
            "chain": meeting.chain,
            "visitors": len(meeting.stuck),
        }
        if meeting.outlasted:
            lab.find_once("still_waits", seconds=most_patience // 1000, **values)
        elif meeting.patience:
            seconds = meeting.patience / 1000
            lab.find_once("waits_too_long", seconds=seconds, **values)
        else:
            lab.find_once("frozen", **values)


def brief(statement: str) -> str:
    """Return a statement, shortened to what a sentence can hold."""
    return cut(statement, STATEMENT)
