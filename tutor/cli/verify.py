"""``tutor verify``: measure the shop and say whether the level is won."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.markup import escape

from tutor.base.errors import ExitCode, TutorError, UsageError
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
    plain_option,
    stack_option,
    variant_option,
    workspace_option,
)
from tutor.cli.outcome import document, exit_code
from tutor.cli.outputs import Outputs, outputs_options
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken
from tutor.curriculum import Level, find_level
from tutor.events import Event, RunAwaited, RunFinished
from tutor.grading.result import failed, of_run
from tutor.learner.session import Session
from tutor.words.texts import Texts
from tutor.words.wording import awaited

if TYPE_CHECKING:
    from tutor.cli.plain.talk import Talk

FROM = "--from"


class Verify(Spoken):
    """The command that takes several files after one ``--from``, as a shell's ``*`` gives them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give each file its own ``--from``; the next option ends them."""
        return super().parse_args(ctx, _one_each(args))


def _one_each(args: list[str]) -> list[str]:
    words: list[str] = []
    taking = False
    for word in args:
        if word.startswith("-"):
            taking = False
        elif taking and words[-1] != FROM:
            words.append(FROM)
        taking = taking or word == FROM
        words.append(word)
    return words


@click.command(cls=Verify)
@level_argument
@click.option("--all", "all_levels", is_flag=True)
@click.option(FROM, "bundles", type=click.Path(path_type=Path), multiple=True, metavar="FILE")
@variant_option
@click.option("--quick", is_flag=True)
@click.option("--counters", is_flag=True)
@click.option("--watch", is_flag=True)
@outputs_options
@agreed_option
@plain_option
@json_option
@stack_option
@crew_options
@language_option
@workspace_option
def command(
    level: str,
    all_levels: bool,
    bundles: tuple[Path, ...],
    variant: str,
    quick: bool,
    counters: bool,
    watch: bool,
    points: str,
    junit_file: Path | None,
    csv_file: Path | None,
    agreed: bool,
    plain: bool,
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
    other = all_levels or variant != "mine"
    _check(watch=watch, written=bool(junit_file or csv_file), other=other, bundles=bool(bundles))
    if plain and (all_levels or bundles):
        raise UsageError.named("plain_one_level", hint="leave_one_out")
    words = texts()
    outputs = Outputs(
        words,
        workspace,
        points=points,
        junit_file=junit_file,
        csv_file=csv_file,
        on_stderr=as_json,
    )
    session = Session(workspace, where)
    session.crew = crew_of(local, awaited, bind)
    session.counters = counters
    if agreed and (all_levels or bundles):
        for one in session.levels:
            let_run(one, agreed=True)
    if bundles:
        from tutor.cli.bundles import judge_bundles
        from tutor.grading.regrade import Terms

        only = find_level(level, session.levels) if level else None
        terms = Terms(session.levels, only, quick, counters, where)
        return judge_bundles(bundles, terms, words, console(), outputs, as_json=as_json)
    if all_levels:
        from tutor.cli.campaign import Campaign

        campaign = Campaign(session, words, console(), outputs, quick=quick)
        return campaign.verify(variant, as_json=as_json)
    chosen = find(session, level)
    let_run(chosen, agreed=agreed)
    if variant == "mine":
        session.workspace.at(session.workspace.folder, chosen.number)
    reporter = _Reporter(session, words, as_json=as_json, plain=plain)
    if watch:
        return reporter.watch(chosen)
    return _verify(reporter, chosen, variant, outputs, quick=quick)


def _check(*, watch: bool, written: bool, other: bool, bundles: bool) -> None:
    """Refuse options that mean nothing together; *other* than the workspace's shop is wanted."""
    if watch and (other or bundles):
        raise UsageError.named("watch_mine_only")
    if watch and written:
        raise UsageError.named("watch_writes_nothing", hint="leave_one_out")
    if bundles and other:
        raise UsageError.named("bundles_as_they_are", hint="leave_one_out")


def _verify(
    reporter: _Reporter, level: Level, variant: str, outputs: Outputs, *, quick: bool
) -> int:
    """Play once, and write the result wherever it is wanted, also where there is no verdict."""
    session, words = reporter.session, reporter.words
    try:
        run = reporter.run(level, variant, quick=quick)
    except UsageError:
        raise
    except TutorError as error:
        result = failed(words, level, error)
        outputs.finish([replace(result, variant=variant, quick=quick, counters=session.counters)])
        raise
    outputs.finish([of_run(words, level, run, session.level_progress(level))])
    return exit_code(run)


class _Reporter:
    """Runs levels and prints what happens."""

    def __init__(self, session: Session, words: Texts, *, as_json: bool, plain: bool) -> None:
        self.session = session
        self.words = words
        self.as_json = as_json
        self.out = console()
        self.talk: Talk | None = None
        """Where a run is told in sentences."""
        if plain:
            from tutor.cli.plain.talk import Talk

            self.talk = Talk()

    def run(self, level: Level, variant: str, *, quick: bool) -> RunFinished:
        """Play *level* and print what happens; with JSON, the verdict alone, as one line."""
        narrator = self._narrator(level)
        finished = None
        with closing(self._events(level, variant, quick)) as events:
            for event in events:
                if not self.as_json:
                    narrator.tell(event)
                elif isinstance(event, RunAwaited):
                    say(awaited(self.words, event), err=True)
                if isinstance(event, RunFinished):
                    finished = event
                    self._show(level, finished)
        if finished is None:
            raise KeyboardInterrupt
        return finished

    def _narrator(self, level: Level) -> Narrator:
        if self.talk is None:
            return Narrator(self.out, self.words, level)
        from tutor.cli.plain.narrator import PlainNarrator

        return PlainNarrator(self.talk, self.words, level)

    def _show(self, level: Level, run: RunFinished) -> None:
        """Print the verdict, before anybody tries to keep it."""
        mine = self.session.level_progress(level)
        before = self.session.history.first_measures(level)
        if self.as_json:
            told = document(self.words, level, run, mine, before)
            click.echo(json.dumps(told, ensure_ascii=False))
        elif self.talk:
            from tutor.cli.plain.verdict import verdict_lines

            for line in verdict_lines(self.words, level, run, mine, before):
                self.talk.tell(line, indent="  ")
        else:
            print_verdict(self.out, self.words, level, run, mine, before)

    def watch(self, level: Level) -> int:
        """Check now, and again whenever a file is saved, until interrupted."""
        from tutor.learner.watch import changes

        self.session.stack.up()
        try:
            # What is saved during a check is noticed after it.
            watched = changes(self.session.workspace.folder)
            self.run(level, "mine", quick=True)
            for changed in watched:
                if self.talk and not self.as_json:
                    said = self.words("tui.files.saved_checking", file=", ".join(sorted(changed)))
                    self.talk.tell(said)
                elif not self.as_json:
                    self.out.rule(escape(", ".join(sorted(changed))), style="dim")
                self.run(level, "mine", quick=True)
        except KeyboardInterrupt:
            return ExitCode.INTERRUPTED
        finally:
            self.session.stack.release()
        return ExitCode.DONE

    def _events(self, level: Level, variant: str, quick: bool) -> Generator[Event, None, None]:
        return self.session.play(level, variant, quick=quick)
