"""Every level, one after the other: a line for each, and a table at the end."""

import json
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tutor.base.errors import ExitCode, TutorError
from tutor.cli.console import SIGNS
from tutor.cli.options import is_terminal
from tutor.cli.outcome import EXIT_CODES, document, worst
from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.judge import Kind
from tutor.learner.session import Session
from tutor.words.texts import Texts
from tutor.words.wording import outcome_key

NOT_BEGUN, ERROR = "not_begun", "our_fault"
MARKS = {NOT_BEGUN: ("–", "dim"), ERROR: ("!", "magenta")}
"""Sign and colour of what ended without a verdict."""


@dataclass(frozen=True, slots=True)
class LevelOutcome:
    """How one level ended."""

    level: Level
    outcome: str
    code: ExitCode
    run: RunFinished | None = None
    why: str = ""
    """Of what was not won: the first reason."""


class Campaign:
    """Plays every level of a session on one variant."""

    def __init__(self, session: Session, words: Texts, out: Console, *, quick: bool) -> None:
        self.session = session
        self.words = words
        self.out = out
        self.quick = quick

    def verify(self, variant: str, *, as_json: bool) -> ExitCode:
        """Play, tell, and return the worst exit code."""
        rows = []
        for row in self._rows(variant, silent=as_json):
            rows.append(row)
            if not as_json:
                self._tell(row)
        if as_json:
            click.echo(json.dumps(self._document(rows, variant), ensure_ascii=False))
        else:
            self.out.print()
            self.out.print(self._table(rows))
            self.out.print(self._sum(rows))
        return worst(row.code for row in rows)

    def _rows(self, variant: str, *, silent: bool) -> Iterator[LevelOutcome]:
        # Held until the end: what one level started, the next one finds running.
        self.session.stack.up()
        try:
            for level in self.session.levels:
                waiting = (
                    self.out.status(f"{level.number}  {level.title[self.words.language]}")
                    if is_terminal() and not silent
                    else nullcontext()
                )
                with waiting:
                    row = self._play(level, variant)
                yield row
        finally:
            self.session.stack.release()

    def _play(self, level: Level, variant: str) -> LevelOutcome:
        if variant == "mine" and not self.session.has_begun(level):
            why = self.words("campaign.not_begun", number=level.number)
            return LevelOutcome(level, NOT_BEGUN, ExitCode.NOT_YET, why=why)
        run, failure = None, ""
        try:
            with closing(self.session.play(level, variant, quick=self.quick, kept=True)) as events:
                for event in events:
                    run = event if isinstance(event, RunFinished) else run
        except TutorError as error:
            failure = " ".join(self.words.error(error)).strip()
            if run is None:
                return LevelOutcome(level, ERROR, ExitCode.ERROR, why=failure)
        if run is None:
            raise KeyboardInterrupt
        code = ExitCode.ERROR if failure else EXIT_CODES[run.verdict.outcome]
        return LevelOutcome(level, outcome_key(run), code, run, failure or self._why(level, run))

    def _why(self, level: Level, run: RunFinished) -> str:
        """Return the first reason for which a level is not won; empty where it is."""
        verdict = run.verdict
        if verdict.won:
            return ""
        fouls = [f for f in verdict.findings if f.kind is not Kind.NOTE]
        for finding in fouls or verdict.findings:
            return self.words.finding(level, finding)
        missed = (goal for goal in verdict.goals if not goal.met)
        return next((self.words.goal(level, goal) for goal in missed), "")

    # -- telling -----------------------------------------------------------------------------------

    def _tell(self, row: LevelOutcome) -> None:
        sign, colour = SIGNS[row.run.verdict.outcome] if row.run else MARKS[row.outcome]
        seconds = f"  [dim]{row.run.seconds:.1f} s[/]" if row.run else ""
        self.out.print(
            f"[{colour}]{sign}[/] {row.level.slug}: {self._outcome(row)}{seconds}",
            soft_wrap=True,
        )

    def _outcome(self, row: LevelOutcome) -> str:
        said = self.words(f"outcome.{row.outcome}")
        medal = row.run.verdict.medal if row.run and not row.run.quick else None
        return f"{said} – {self.words(f'medal.{medal}')}" if medal else said

    def _table(self, rows: list[LevelOutcome]) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0))
        for title in ("level", "title", "verdict", "seconds", "why"):
            table.add_column(self.words(f"campaign.{title}"), no_wrap=title != "why")
        for row in rows:
            table.add_row(
                str(row.level.number),
                escape(row.level.title[self.words.language]),
                self._outcome(row),
                f"{row.run.seconds:.1f}" if row.run else "–",
                escape(row.why),
            )
        return table

    def _sum(self, rows: list[LevelOutcome]) -> str:
        won = sum(row.code is ExitCode.DONE for row in rows)
        key = "campaign.sum_quick" if self.quick else "campaign.sum"
        return "\n" + self.words(key, won=won, levels=len(rows))

    def _document(self, rows: list[LevelOutcome], variant: str) -> dict[str, Any]:
        return {
            "variant": variant,
            "quick": self.quick,
            "passed": sum(row.code is ExitCode.DONE for row in rows),
            "exit_code": int(worst(row.code for row in rows)),
            "levels": [self._document_of(row, variant) for row in rows],
        }

    def _document_of(self, row: LevelOutcome, variant: str) -> dict[str, Any]:
        if row.run is not None:
            mine = self.session.level_progress(row.level)
            return {**document(self.words, row.level, row.run, mine), "why": row.why or None}
        return {
            "level": row.level.slug,
            "variant": variant,
            "quick": self.quick,
            "outcome": row.outcome,
            "exit_code": int(row.code),
            "medal": None,
            "why": row.why,
        }
