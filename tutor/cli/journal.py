"""``tutor journal``: every run and every state of the files that was kept."""

import json
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import click
from rich.text import Text

from tutor.base.errors import UsageError
from tutor.catalogue import sentences
from tutor.cli.columns import Columns
from tutor.cli.console import console
from tutor.cli.language import language_option, texts
from tutor.cli.options import json_option, workspace_option
from tutor.cli.speech import say
from tutor.cli.spoken import SpokenGroup
from tutor.curriculum.compose import compose
from tutor.curriculum.level import VARIANTS
from tutor.events import RunFinished
from tutor.judge import Medal
from tutor.learner import journal as journals
from tutor.learner.journal import Entry
from tutor.learner.results import counted_medal
from tutor.learner.session import Session, read_all
from tutor.learner.workspace import Workspace
from tutor.words.dates import moment
from tutor.words.texts import Texts
from tutor.words.wording import told_key


@click.group(cls=SpokenGroup, invoke_without_command=True)
@click.option("-n", "--last", type=click.IntRange(1), metavar="N")
@click.option("--all", "whole", is_flag=True)
@json_option
@language_option
@workspace_option
@click.pass_context
def command(
    ctx: click.Context, last: int | None, whole: bool, as_json: bool, workspace: Path
) -> None:
    """List earlier states of your files, show or restore one."""
    if last and whole:
        raise UsageError.named("last_and_all", hint="leave_one_out")
    ctx.obj = Session(workspace)
    if ctx.invoked_subcommand is not None:
        return
    entries = ctx.obj.journal.entries(workspace=ctx.obj.workspace.folder)
    if as_json:
        # A program wants all of them, where it does not say how many.
        rows = [_row(entry) for entry in islice(entries, last)]
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        _list(ctx.obj, entries, None if whole else last or journals.PAGE)


def _list(session: Session, entries: Iterator[Entry], most: int | None) -> None:
    """Print a row of each entry as it is read, *most* of them, and whether there are more."""
    words, out = texts(), console()
    newest = next(entries, None)
    if newest is None:
        say(words("journal.empty"))
        return
    layout = _columns(words).laid_out(_samples(words, session, newest), out, out.width)
    for line in layout.head():
        out.print(line)
    for entry in islice(chain([newest], entries), most):
        for line in layout.lines([Text(cell) for cell in _cells(words, entry)]):
            click.echo(line.plain)
    if most is not None and next(entries, None) is not None:
        say(words("journal.older", count=most))


def _columns(words: Texts) -> Columns:
    table = Columns()
    for title in ("entry", "when", "level", "variant", "why", "outcome"):
        table.add_column(words(f"journal.{title}"), keep=title in ("when", "level"))
    return table


def _samples(words: Texts, session: Session, newest: Entry) -> list[list[Text]]:
    """Return cells as wide as any: nobody has to wait for the last row to see the first."""
    slugs = [newest.level, *(level.slug for level in session.levels)]
    said = sentences(words.language)
    whys = [text for key, text in said.items() if key.startswith("tui.journal.reason.")]
    outcomes = [text for key, text in said.items() if key.startswith("outcome.")]
    medal = max((words(f"medal.{medal}") for medal in Medal), key=len)
    row = [
        str(newest.number),
        moment(newest.at),
        max(slugs, key=len),
        max((words(f"variant.{variant}") for variant in VARIANTS), key=len),
        max(whys, key=len),
        words("journal.ended", outcome=f"{max(outcomes, key=len)}, {medal}", seconds=100.0),
    ]
    return [[Text(cell) for cell in row]]


def _cells(words: Texts, entry: Entry) -> list[str]:
    return [
        str(entry.number),
        moment(entry.at),
        entry.level,
        _word(words, f"variant.{entry.variant}"),
        _word(words, f"tui.journal.reason.{entry.reason}"),
        _outcome(words, entry),
    ]


def _word(words: Texts, key: str) -> str:
    """Return a word of the catalogue; what an entry of another version says may have none."""
    return words(key) if words.has(key) else "–"


def _outcome(words: Texts, entry: Entry) -> str:
    run = RunFinished.from_json(entry.run) if entry.run else None
    if run is None:
        return "–"
    said = words(f"outcome.{told_key(run)}")
    medal = counted_medal(run, None)
    said = f"{said}, {words(f'medal.{medal}')}" if medal else said
    told = words("journal.ended", outcome=said, seconds=run.seconds)
    return f"{told} ({words('grading.by_counters')})" if run.counters else told


def _row(entry: Entry) -> dict[str, object]:
    return {
        "entry": entry.number,
        "at": entry.at,
        "level": entry.level,
        "variant": entry.variant,
        "reason": entry.reason,
        "outcome": entry.outcome or None,
        "run": entry.run,
    }


@command.command()
@click.argument("number", type=int)
@language_option
@click.pass_obj
def show(session: Session, number: int) -> None:
    """Show how the files of an entry differ from the level's start."""
    entry = session.journal.entry(number)
    level = next(level for level in session.levels if level.slug == entry.level)
    start = read_all(compose(level, "broken", session.levels, entry.drawn_by))
    click.echo(journals.diff(start, session.journal.contents(entry)), nl=False)


@command.command()
@click.argument("number", type=int)
@language_option
@click.pass_obj
def restore(session: Session, number: int) -> None:
    """Bring the files of an entry back; what you have now is kept first."""
    session.workspace = Workspace.at(session.workspace.folder)
    entry = session.journal.entry(number)
    kept = session.restore(entry)
    words = texts()
    say(words("journal.restored", number=number, level=entry.level, kept=kept.number))
