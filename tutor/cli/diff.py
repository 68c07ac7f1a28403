"""``tutor diff``: what the learner changed."""

from pathlib import Path

import click

from tutor.cli.language import language_option
from tutor.cli.options import is_terminal, workspace_option
from tutor.cli.spoken import Spoken
from tutor.learner.session import Session
from tutor.learner.workspace import Workspace

COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command(cls=Spoken)
@language_option
@workspace_option
def command(workspace: Path) -> None:
    """Show what you changed since the level began."""
    session = Session(Workspace.at(workspace).folder)
    for line in session.diff().splitlines():
        colour = COLOURS.get(line[:1]) if is_terminal() else None
        click.secho(line, fg=colour)
