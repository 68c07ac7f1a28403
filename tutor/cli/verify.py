"""``tutor verify``: measure the shop and say whether the level is won."""

import json
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import click
from rich.markup import escape

from tutor.base.errors import ExitCode, UsageError
from tutor.cli.console import Narrator, console, print_verdict
from tutor.cli.language import language_option, texts
from tutor.cli.options import (
    agreed_option,
    crew_of,
    crew_options,
    find,
    json_option,
    let_run,
    level_argument,
    stack_option,
    variant_option,
    workspace_option,
)
from tutor.cli.outcome import document, exit_code
from tutor.cli.spoken import Spoken
from tutor.curriculum import Level
from tutor.events import Event, RunFinished
from tutor.learner.session import Session
from tutor.words.texts import Texts


@click.command(cls=Spoken)
@level_argument
@click.option("--all", "all_levels", is_flag=True)
@variant_option
@click.option("--quick", is_flag=True)
@click.option("--watch", is_flag=True)
@agreed_option
@json_option
@stack_option
@crew_options
@language_option
@workspace_option
def command(
    level: str,
    all_levels: bool,
    variant: str,
    quick: bool,
    watch: bool,
    agreed: bool,
    as_json: bool,
    where: str,
    local: int,
    awaited: int,
    bind: str,
    workspace: Path,
) -> int:
    """Measure the shop and say whether the level is won."""
    if level and all_levels:
        raise UsageError.named("level_and_all", hint="leave_one_out")
    if watch and (all_levels or variant != "mine"):
        raise UsageError.named("watch_mine_only")
    session = Session(workspace, where)
    session.crew = crew_of(local, awaited, bind)
    words = texts()
    if all_levels:
        if agreed:
            for one in session.levels:
                let_run(one, agreed=True)
        from tutor.cli.campaign import Campaign

        return Campaign(session, words, console(), quick=quick).verify(variant, as_json=as_json)
    chosen = find(session, level)
    let_run(chosen, agreed=agreed)
    if variant == "mine":
        session.workspace.at(session.workspace.folder)
    reporter = _Reporter(session, words, as_json=as_json)
    if watch:
        return reporter.watch(chosen)
    return exit_code(reporter.run(chosen, variant, quick=quick))


class _Reporter:
    """Runs levels and prints what happens."""

    def __init__(self, session: Session, words: Texts, *, as_json: bool) -> None:
        self.session = session
        self.words = words
        self.as_json = as_json
        self.out = console()

    def run(self, level: Level, variant: str, *, quick: bool) -> RunFinished:
        """Play *level* and print what happens; with JSON, the verdict alone, as one line."""
        narrator = Narrator(self.out, self.words, level)
        finished = None
        with closing(self._events(level, variant, quick)) as events:
            for event in events:
                if not self.as_json:
                    narrator.tell(event)
                if isinstance(event, RunFinished):
                    finished = event
                    self._show(level, finished)
        if finished is None:
            raise KeyboardInterrupt
        return finished

    def _show(self, level: Level, run: RunFinished) -> None:
        """Print the verdict, before anybody tries to keep it."""
        mine = self.session.level_progress(level)
        if self.as_json:
            told = document(self.words, level, run, mine)
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            print_verdict(self.out, self.words, level, run, mine)

    def watch(self, level: Level) -> int:
        """Check now, and again whenever a file is saved, until interrupted."""
        from tutor.learner.watch import changes

        self.session.stack.up()
        try:
            # What is saved during a check is noticed after it.
            watched = changes(self.session.workspace.folder)
            self.run(level, "mine", quick=True)
            for changed in watched:
                if not self.as_json:
                    self.out.rule(escape(", ".join(sorted(changed))), style="dim")
                self.run(level, "mine", quick=True)
        except KeyboardInterrupt:
            return ExitCode.INTERRUPTED
        finally:
            self.session.stack.release()
        return ExitCode.DONE

    def _events(self, level: Level, variant: str, quick: bool) -> Generator[Event, None, None]:
        return self.session.play(level, variant, quick=quick)
