"""``tutor verify``: measure the shop and say whether the level is won."""

import json
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from tutor.cli.console import Narrator, console, outcome_key, print_verdict
from tutor.cli.options import (
    find,
    json_option,
    language_option,
    level_argument,
    texts,
    variant_option,
    workspace_option,
)
from tutor.curriculum import Level
from tutor.errors import ExitCode, UsageError
from tutor.events import Event, RunFinished
from tutor.judge import Outcome
from tutor.session import Session
from tutor.texts import Texts

EXIT_CODES = {
    Outcome.WON: ExitCode.DONE,
    Outcome.NOT_YET: ExitCode.NOT_YET,
    Outcome.CANNOT_TELL: ExitCode.CANNOT_TELL,
    Outcome.OUR_FAULT: ExitCode.ERROR,
}
WORST_LAST = (ExitCode.DONE, ExitCode.CANNOT_TELL, ExitCode.NOT_YET, ExitCode.ERROR)


@click.command()
@level_argument
@click.option("--all", "all_levels", is_flag=True, help="Every level, one after the other.")
@variant_option
@click.option("--quick", is_flag=True, help="Counters and content only, without the load test.")
@click.option("--watch", is_flag=True, help="Check quickly whenever a file of the shop is saved.")
@json_option
@language_option
@workspace_option
def command(
    level: str,
    all_levels: bool,
    variant: str,
    quick: bool,
    watch: bool,
    as_json: bool,
    lang: str | None,
    workspace: Path,
) -> int:
    """Measure the shop and say whether the level is won.

    LEVEL is a number, a slug or a part of it; without it, the level your workspace is at.
    """
    if level and all_levels:
        raise UsageError("LEVEL and --all exclude each other.", hint="Leave one of them out.")
    if watch and (all_levels or variant != "mine"):
        raise UsageError("--watch follows your own shop only.", hint="Leave the other option out.")
    session = Session(workspace)
    levels = session.levels if all_levels else [find(session, level)]
    if variant == "mine" and not all_levels:
        session.workspace.at(session.workspace.folder)
    words = texts(session, lang)
    reporter = _Reporter(session, words, as_json=as_json)
    if watch:
        return reporter.watch(levels[0])
    runs = [reporter.run(one, variant, quick=quick) for one in levels]
    if as_json:
        documents = [document(words, one, run) for one, run in zip(levels, runs, strict=True)]
        click.echo(
            json.dumps({"levels": documents} if all_levels else documents[0], ensure_ascii=False)
        )
    codes = [exit_code(run) for run in runs]
    return max(codes, key=WORST_LAST.index)


class _Reporter:
    """Runs levels and prints what happens."""

    def __init__(self, session: Session, words: Texts, *, as_json: bool) -> None:
        self.session = session
        self.words = words
        self.as_json = as_json
        self.out = console()

    def run(self, level: Level, variant: str, *, quick: bool) -> RunFinished:
        """Play *level* and print what happens; with JSON, print nothing."""
        narrator = Narrator(self.out, self.words, level)
        finished = None
        with closing(self._events(level, variant, quick)) as events:
            for event in events:
                if not self.as_json:
                    narrator.tell(event)
                if isinstance(event, RunFinished):
                    finished = event
        if finished is None:
            raise KeyboardInterrupt
        if not self.as_json:
            print_verdict(self.out, self.words, level, finished)
        return finished

    def watch(self, level: Level) -> int:
        """Check now, and again whenever a file is saved, until interrupted."""
        from tutor.watch import changes

        self.session.stack.up()
        try:
            for changed in changes(self.session.workspace.folder):
                if changed and not self.as_json:
                    self.out.rule(", ".join(sorted(changed)), style="dim")
                run = self.run(level, "mine", quick=True)
                if self.as_json:
                    click.echo(json.dumps(document(self.words, level, run), ensure_ascii=False))
        except KeyboardInterrupt:
            return ExitCode.INTERRUPTED
        finally:
            self.session.stack.release()
        return ExitCode.DONE

    def _events(self, level: Level, variant: str, quick: bool) -> Generator[Event, None, None]:
        return self.session.play(level, variant, quick=quick)


def exit_code(run: RunFinished) -> ExitCode:
    """Return what a script is told."""
    return EXIT_CODES[run.verdict.outcome]


def document(words: Texts, level: Level, run: RunFinished) -> dict[str, Any]:
    """Return a run as one JSON document."""
    verdict = run.verdict.to_json()
    for goal, result in zip(verdict["goals"], run.verdict.goals, strict=True):
        goal["text"] = words.goal(level, result)
    for finding, made in zip(verdict["findings"], run.verdict.findings, strict=True):
        finding["text"] = words.finding(level, made)
    return {
        "level": run.level,
        "variant": run.variant,
        "quick": run.quick,
        "outcome": outcome_key(run),
        "exit_code": int(exit_code(run)),
        "seconds": run.seconds,
        "medal": verdict["medal"],
        "goals": verdict["goals"],
        "findings": verdict["findings"],
        "measures": run.measures,
    }
