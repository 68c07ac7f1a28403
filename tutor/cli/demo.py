"""``tutor demo``: play broken, then fixed, and show both side by side."""

import json
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from tutor.base import interrupts
from tutor.base.errors import ExitCode, TutorError
from tutor.cli.columns import Columns
from tutor.cli.console import Narrator, console
from tutor.cli.language import language_option, texts
from tutor.cli.options import (
    agreed_option,
    find,
    json_option,
    let_run,
    level_argument,
    stack_option,
)
from tutor.cli.outcome import document
from tutor.cli.spoken import Spoken
from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.judge import Outcome
from tutor.learner.results import counted_medal
from tutor.learner.session import Session
from tutor.words.texts import Texts
from tutor.words.wording import told_key


@click.command(cls=Spoken)
@level_argument
@click.option("--quick", is_flag=True)
@agreed_option
@json_option
@stack_option
@language_option
def command(level: str, quick: bool, agreed: bool, as_json: bool, where: str) -> int:
    """Play the broken shop, then the reference answer, and show both side by side."""
    session = Session(Path("demo"), where)
    chosen = find(session, level or "1")
    let_run(chosen, agreed=agreed)
    words = texts()
    out = console(err=as_json)
    session.stack.up()
    try:
        broken = _play(session, chosen, "broken", words, out, quick)
        fixed = _play(session, chosen, "fixed", words, out, quick)
    finally:
        session.stack.release()
        interrupts.wait(session.stack.wait_until_gone)
    if as_json:
        documents = [document(words, chosen, run) for run in (broken, fixed)]
        click.echo(json.dumps(documents, ensure_ascii=False))
    else:
        out.print(f"\n[bold]{escape(chosen.title[words.language])}[/]")
        out.print(_side_by_side(words, chosen, broken, fixed))
    runs = [broken, fixed]
    as_it_should = [run.verdict.outcome for run in runs] == [Outcome.NOT_YET, Outcome.WON]
    return ExitCode.DONE if as_it_should else _what_went_wrong(words, chosen, runs)


def _play(
    session: Session, level: Level, variant: str, words: Texts, out: Console, quick: bool
) -> RunFinished:
    out.rule(f"{level.title[words.language]} · {words(f'variant.{variant}')}")
    narrator = Narrator(out, words, level)
    finished = None
    with closing(session.play(level, variant, quick=quick)) as events:
        for event in events:
            narrator.tell(event)
            if isinstance(event, RunFinished):
                finished = event
    if finished is None:
        raise KeyboardInterrupt
    return finished


def _side_by_side(words: Texts, level: Level, broken: RunFinished, fixed: RunFinished) -> Columns:
    table = Columns()
    table.add_column(prose=True)
    table.add_column(words("variant.broken"), right=True, keep=True)
    table.add_column(words("variant.fixed"), right=True, keep=True)
    for measure in [*level.units, *(m for m in broken.measures if m not in level.units)]:
        before, after = broken.measures.get(measure), fixed.measures.get(measure)
        if before is not None or after is not None:
            name = words.unit(level, measure) or words.measure(measure)
            if name:
                numbers = (escape(words.number(value)) for value in (before, after))
                table.add_row(escape(name), *numbers)
    outcomes = [words(f"outcome.{told_key(run)}") for run in (broken, fixed)]
    won = counted_medal(fixed, None)
    medal = f" – {words(f'medal.{won}')}" if won else ""
    table.add_row(words("demo.verdict"), outcomes[0], f"{outcomes[1]}{medal}")
    return table


def _what_went_wrong(words: Texts, level: Level, runs: list[RunFinished]) -> int:
    for run in runs:
        for finding in run.verdict.findings:
            if run.verdict.outcome in (Outcome.OUR_FAULT, Outcome.CANNOT_TELL):
                raise TutorError.named(
                    "as_told", hint="ask_doctor", told=words.finding(level, finding)
                )
    return ExitCode.CANNOT_TELL
