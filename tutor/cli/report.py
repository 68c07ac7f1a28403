"""``tutor report``: everything you did, as one HTML file."""

from pathlib import Path

import click

from tutor.cli.options import language_option, texts, workspace_option
from tutor.report import DEFAULT_FILE, write_report
from tutor.session import Session


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=DEFAULT_FILE,
    show_default=True,
    help="The file to write.",
)
@click.option("--open", "then_open", is_flag=True, help="Open it in the browser.")
@click.option("--name", default="Betty", show_default=True, help="Whose report it is.")
@language_option
@workspace_option
def command(output: Path, then_open: bool, name: str, lang: str | None, workspace: Path) -> None:
    """Write what you did, measured and changed to one HTML file that needs no network."""
    session = Session(workspace)
    written = write_report(session, texts(session, lang), output, name)
    click.echo(str(written))
    if then_open:
        click.launch(written.as_uri())
