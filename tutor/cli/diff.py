"""``tutor diff``: what the learner changed."""

from pathlib import Path

import click

from tutor.cli.language import language_option, texts
from tutor.cli.options import is_terminal, workspace_option
from tutor.cli.speech import say
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
    lines = session.diff().splitlines()
    if not lines:
        # Whoever saves the diff in a file wants an empty one.
        say(texts()("tui.diff.empty"), err=True)
    for line in lines:
        colour = COLOURS.get(line[:1]) if is_terminal() else None
        click.secho(line, fg=colour)
