"""Every level, one after the other: a line for each, and a table at the end."""

import json
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import replace

import click
from rich.console import Console

from tutor.base.errors import ExitCode, TutorError
from tutor.cli.outputs import Outputs
from tutor.cli.results import ResultPrinter, document_of_all
from tutor.cli.speech import paints, say
from tutor.curriculum import Level
from tutor.events import RunAwaited, RunFinished
from tutor.grading.result import NOT_BEGUN, Result, failed, of_run, worst
from tutor.learner.session import Session
from tutor.words.texts import Texts
from tutor.words.wording import awaited


class Campaign:
    """Plays every level of a session on one variant."""

    def __init__(
        self, session: Session, words: Texts, out: Console, outputs: Outputs, *, quick: bool
    ) -> None:
        self.session = session
        self.words = words
        self.out = out
        self.outputs = outputs
        self.quick = quick

    def verify(self, variant: str, *, as_json: bool) -> ExitCode:
        """Play, tell, and return the worst exit code."""
        printer = ResultPrinter(
            self.words, self.out, self.outputs.points if self.outputs.wants_files else None
        )
        rows = []
        for row in self._rows(variant, silent=as_json):
            rows.append(row)
            if not as_json:
                printer.tell(row)
        if as_json:
            told = document_of_all(self.words, rows, self.outputs.points)
            document = {"variant": variant, "quick": self.quick, **told}
            click.echo(json.dumps(document, ensure_ascii=False))
        else:
            printer.table(rows)
        self.outputs.finish(rows)
        return worst(row.code for row in rows)

    def _rows(self, variant: str, *, silent: bool) -> Iterator[Result]:
        # Held until the end: what one level started, the next one finds running.
        self.session.stack.up()
        try:
            for level in self.session.levels:
                waiting = (
                    self.out.status(f"{level.number}  {level.title[self.words.language]}")
                    if paints() and not silent
                    else nullcontext()
                )
                with waiting:
                    row = self._play(level, variant)
                counters = self.session.counters
                yield replace(row, variant=variant, quick=self.quick, counters=counters)
        finally:
            self.session.stack.release()

    def _play(self, level: Level, variant: str) -> Result:
        if variant == "mine" and not self.session.has_begun(level):
            why = self.words("campaign.not_begun", number=level.number)
            return Result(NOT_BEGUN, ExitCode.NOT_YET, level, why=why)
        run, failure = None, ""
        try:
            with closing(self.session.play(level, variant, quick=self.quick, kept=True)) as events:
                for event in events:
                    if isinstance(event, RunAwaited):
                        say(awaited(self.words, event), err=True)
                    run = event if isinstance(event, RunFinished) else run
        except TutorError as error:
            if run is None:
                return failed(self.words, level, error)
            failure = self.words.error_line(error)
        if run is None:
            raise KeyboardInterrupt
        return of_run(self.words, level, run, self.session.level_progress(level), failure)
