"""``tutor open``: the running shop in the browser."""

from pathlib import Path

import click

from tutor.cli.options import workspace_option
from tutor.errors import TutorError
from tutor.session import Session
from tutor.showroom import running_door


@click.command()
@click.option("--print", "only_print", is_flag=True, help="Print the address only.")
@workspace_option
def command(only_print: bool, workspace: Path) -> None:
    """Open the running shop in the browser, with the debug toolbar."""
    session = Session(workspace)
    port = running_door(session.stack) if session.stack.find() else 0
    if not port:
        raise TutorError(
            "The shop is not running.", hint="`tutor stack up` or `tutor start` starts it."
        )
    url = f"http://127.0.0.1:{port}/"
    click.echo(url)
    if not only_print:
        click.launch(url)
