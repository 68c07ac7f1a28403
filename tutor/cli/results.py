"""Results on the terminal: a line for each, a table at the end; or one document."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape

from tutor.base.errors import ExitCode
from tutor.cli.columns import Columns
from tutor.cli.console import SIGNS
from tutor.cli.outcome import document
from tutor.grading.points import Points
from tutor.grading.result import ERROR, NOT_BEGUN, UNREADABLE, Result, worst
from tutor.words.texts import Texts

MARKS = {NOT_BEGUN: ("–", "dim"), UNREADABLE: ("✘", "red"), ERROR: ("!", "magenta")}
"""Sign and colour of what ended without a verdict."""


class ResultPrinter:
    """Prints results in the learner's language; *points* where somebody grades."""

    def __init__(self, words: Texts, out: Console, points: Points | None = None) -> None:
        self.words = words
        self.out = out
        self.points = points

    def tell(self, row: Result) -> None:
        """Print one result on a line, as soon as it is known."""
        sign, colour = SIGNS[row.run.verdict.outcome] if row.run else MARKS[row.outcome]
        took = self.words("tui.run.elapsed", seconds=row.run.seconds) if row.run else ""
        seconds = f"  [dim]{took}[/]" if took else ""
        about = " · ".join(filter(None, (row.source, row.slug)))
        self.out.print(
            f"[{colour}]{sign}[/] {escape(about)}: {self._outcome(row)}{seconds}",
            soft_wrap=not self.out.is_terminal,
        )

    def table(self, rows: Sequence[Result]) -> None:
        """Print all results beside one another, and what they come to."""
        self.out.print()
        self.out.print(self._table(rows))
        won = sum(row.code is ExitCode.DONE for row in rows)
        key = "campaign.sum_quick" if any(row.quick for row in rows) else "campaign.sum"
        self.out.print("\n" + self.words(key, won=won, levels=len(rows)))
        if any(row.counters for row in rows):
            self.out.print(self.words("grading.counters"))
        if self.points:
            told = {name: getattr(self.points, name) for name in ("bronze", "silver", "gold")}
            self.out.print(self.words("grading.points", **told))

    def _table(self, rows: Sequence[Result]) -> Columns:
        table = Columns()
        # Of many learners nobody reads titles; the reason needs the room.
        names = ("bundle", "level") if any(row.source for row in rows) else ("level", "title")
        last = ("points", "why") if self.points else ("seconds", "why")
        columns = (*names, "verdict", *last)
        for title in columns:
            is_why = title == "why"
            table.add_column(self.words(f"campaign.{title}"), keep=not is_why, prose=is_why)
        for row in rows:
            cells = self._cells(row)
            table.add_row(*(cells[title] for title in columns))
        return table

    def _cells(self, row: Result) -> dict[str, str]:
        level = row.level
        return {
            "bundle": escape(row.source),
            "level": str(level.number) if level else "–",
            "title": escape(level.title[self.words.language]) if level else "–",
            "verdict": self._outcome(row),
            "points": str((self.points or Points()).of(row.medal)),
            "seconds": f"{row.run.seconds:.0f}" if row.run else "–",
            "why": escape(row.why),
        }

    def _outcome(self, row: Result) -> str:
        said = self.words(f"outcome.{row.outcome}")
        medal = row.medal if not row.quick else None
        return f"{said} – {self.words(f'medal.{medal}')}" if medal else said


def document_of_all(words: Texts, rows: Sequence[Result], points: Points) -> dict[str, Any]:
    """Return results as one JSON document."""
    return {
        "passed": sum(row.code is ExitCode.DONE for row in rows),
        "exit_code": int(worst(row.code for row in rows)),
        "points": sum(points.of(row.medal) for row in rows),
        "levels": [_document(words, row, points) for row in rows],
    }


def _document(words: Texts, row: Result, points: Points) -> dict[str, Any]:
    own: dict[str, Any] = {"points": points.of(row.medal)}
    if row.source:
        own["bundle"] = row.source
    if row.claims:
        claims = row.claims
        own["said"] = {
            "attempts": claims.attempts,
            "hints": claims.hints,
            "answer_seen": claims.answer_seen,
        }
    if row.run is not None and row.level is not None:
        why = row.why or None
        return {**document(words, row.level, row.run, row.mine), "why": why, **own}
    return {
        "level": row.slug,
        "variant": row.variant,
        "quick": row.quick,
        "counters": row.counters,
        "outcome": row.outcome,
        "exit_code": int(row.code),
        "medal": None,
        "why": row.why,
        **own,
    }
