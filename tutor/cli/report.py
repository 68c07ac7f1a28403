"""``tutor report``: everything you did, as one HTML file."""

from pathlib import Path

import click

from tutor.cli.language import language_option, texts
from tutor.cli.options import workspace_option
from tutor.cli.spoken import Spoken
from tutor.learner.session import Session
from tutor.report import DEFAULT_FILE, write_report


@click.command(cls=Spoken)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=DEFAULT_FILE,
    show_default=True,
)
@click.option("--open", "then_open", is_flag=True)
@click.option("--name", default="Betty", show_default=True)
@language_option
@workspace_option
def command(output: Path, then_open: bool, name: str, workspace: Path) -> None:
    """Write what you did, measured and changed to one HTML file that needs no network."""
    session = Session(workspace)
    written = write_report(session, texts(), output, name)
    click.echo(str(written))
    if then_open:
        click.launch(written.as_uri())
