"""Results as a table for spreadsheets: CSV as RFC 4180 has it, in UTF-8."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from tutor.base.cells import harmless
from tutor.grading.points import Points
from tutor.grading.result import Result

COLUMNS = (
    *("bundle", "level", "variant", "outcome", "medal", "points", "points_of"),
    *("goals_met", "goals", "left_out", "quick", "counters", "seconds"),
    *("said_attempts", "said_hints", "said_answer_seen", "why"),
)
"""What begins with ``said_`` is the bundle's word, not ours."""


def csv_table(results: Sequence[Result], points: Points) -> str:
    """Return *results*, a row each, under the names of the columns."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for result in results:
        writer.writerow({name: _cell(value) for name, value in row(result, points).items()})
    return out.getvalue()


def row(result: Result, points: Points) -> dict[str, Any]:
    """Return the values of one row by the names of their columns."""
    goals = result.run.verdict.goals if result.run else ()
    claims = result.claims
    return {
        "bundle": result.source,
        "level": result.slug,
        "variant": result.variant,
        "outcome": result.outcome,
        "medal": result.medal.value if result.medal else "",
        "points": points.of(result.medal),
        "points_of": points.gold,
        "goals_met": sum(goal.met for goal in goals),
        "goals": len(goals),
        "left_out": len(result.left_out),
        "quick": result.quick,
        "counters": result.counters,
        "seconds": f"{result.run.seconds:.1f}" if result.run else "",
        "said_attempts": claims.attempts if claims else "",
        "said_hints": claims.hints if claims else "",
        "said_answer_seen": claims.answer_seen if claims else "",
        "why": " ".join(result.why.split()),
    }


def _cell(value: Any) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula."""
    if isinstance(value, bool):
        return str(value).lower()
    # Half characters, as in names of files that are no text, fit into no file.
    return harmless(str(value).encode(errors="replace").decode())
