"""``tutor journal``: every run and every state of the files that was kept."""

import json
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from tutor.cli.console import console
from tutor.cli.language import language_option, texts
from tutor.cli.options import json_option, workspace_option
from tutor.cli.spoken import SpokenGroup
from tutor.curriculum.compose import compose
from tutor.events import RunFinished
from tutor.learner import journal as journals
from tutor.learner.journal import Entry
from tutor.learner.session import Session, read_all
from tutor.learner.workspace import Workspace
from tutor.words.dates import moment
from tutor.words.texts import Texts
from tutor.words.wording import told_key


@click.group(cls=SpokenGroup, invoke_without_command=True)
@json_option
@language_option
@workspace_option
@click.pass_context
def command(ctx: click.Context, as_json: bool, workspace: Path) -> None:
    """List earlier states of your files, show or restore one."""
    ctx.obj = Session(workspace)
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, as_json)


def _list(session: Session, as_json: bool) -> None:
    entries = list(session.journal.entries(workspace=session.workspace.folder))
    if as_json:
        click.echo(json.dumps([_row(entry) for entry in entries], ensure_ascii=False))
        return
    words = texts()
    if not entries:
        click.echo(words("journal.empty"))
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("entry", "when", "level", "variant", "why", "outcome"):
        table.add_column(words(f"journal.{title}"), no_wrap=title in ("when", "level"))
    for entry in entries:
        when = moment(entry.at)
        table.add_row(
            str(entry.number),
            when,
            escape(entry.level),
            _word(words, f"variant.{entry.variant}"),
            _word(words, f"tui.journal.reason.{entry.reason}"),
            _outcome(words, entry),
        )
    console().print(table)


def _word(words: Texts, key: str) -> str:
    """Return a word of the catalogue; what an entry of another version says may have none."""
    return words(key) if words.has(key) else "–"


def _outcome(words: Texts, entry: Entry) -> str:
    run = RunFinished.from_json(entry.run) if entry.run else None
    if run is None:
        return "–"
    said = words(f"outcome.{told_key(run)}")
    return f"{said} ({words('grading.by_counters')})" if run.counters else said


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
    click.echo(words("journal.restored", number=number, level=entry.level, kept=kept.number))
