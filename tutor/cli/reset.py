"""``tutor reset``: the level's files as they were at its start."""

from pathlib import Path

import click

from tutor.cli.options import workspace_option
from tutor.session import Session
from tutor.workspace import Workspace


@click.command()
@click.option("--file", default="", help="Only this file, for example catalog/views.py.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@workspace_option
def command(file: str, yes: bool, workspace: Path) -> None:
    """Bring the level's files back as it started. What you have is kept in the journal.

    What a level breaks by chance is drawn anew.
    """
    session = Session(Workspace.at(workspace).folder)
    # Where a level draws what it breaks, another draw is a reason too.
    if not session.level.drawn and not session.diff():
        click.echo("Nothing to reset: your files are as the level started.")
        return
    if not yes:
        click.confirm(f"Reset {file or 'all files'} of {session.level.slug}?", abort=True, err=True)
    kept = session.reset(file)
    click.echo(f"Done. What you had is entry {kept.number}: `tutor journal restore {kept.number}`.")
