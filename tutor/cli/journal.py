"""``tutor journal``: every run and every state of the files that was kept."""

import json
import time
from pathlib import Path

import click
from rich.table import Table

from tutor import journal as journals
from tutor.cli.console import console
from tutor.cli.options import json_option, workspace_option
from tutor.journal import Entry
from tutor.session import Session, read_all
from tutor.workspace import Workspace, compose


@click.group(invoke_without_command=True)
@json_option
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
    if not entries:
        click.echo("The journal of this workspace is empty so far.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("entry", "when", "level", "variant", "why", "outcome"):
        table.add_column(title)
    for entry in entries:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.at))
        table.add_row(
            str(entry.number), when, entry.level, entry.variant, entry.reason, entry.outcome or "–"
        )
    console().print(table)


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
@click.pass_obj
def show(session: Session, number: int) -> None:
    """Show how the files of an entry differ from the level's start."""
    entry = session.journal.entry(number)
    level = next(level for level in session.levels if level.slug == entry.level)
    start = read_all(compose(level, "broken", session.levels, entry.drawn_by))
    click.echo(journals.diff(start, session.journal.contents(entry)), nl=False)


@command.command()
@click.argument("number", type=int)
@click.pass_obj
def restore(session: Session, number: int) -> None:
    """Bring the files of an entry back; what you have now is kept first."""
    session.workspace = Workspace.at(session.workspace.folder)
    entry = session.journal.entry(number)
    kept = session.restore(entry)
    click.echo(f"Restored entry {number} ({entry.level}). What you had is entry {kept.number}.")
