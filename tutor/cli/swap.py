"""``tutor swap``: let the running shop serve another variant."""

from pathlib import Path

import click

from tutor.cli.options import workspace_option
from tutor.curriculum.level import VARIANTS
from tutor.errors import TutorError
from tutor.session import Session
from tutor.showroom import Showroom
from tutor.stack.cancel import Cancel
from tutor.workspace import Workspace


@click.command()
@click.argument("variant", type=click.Choice(VARIANTS))
@workspace_option
def command(variant: str, workspace: Path) -> None:
    """Let the running shop serve VARIANT. Your files stay as they are."""
    session = Session(Workspace.at(workspace).folder)
    if not session.stack.find():
        raise TutorError(
            "The shop is not running.", hint="`tutor stack up` or `tutor start` starts it."
        )
    url = Showroom(session).swap(session.level, variant, Cancel())
    session.stack.release()
    click.echo(f"The shop at {url} is now {variant}.")
