"""``tutor hint``: the next step of help."""

from pathlib import Path

import click

from tutor.cli.language import language_option, texts
from tutor.cli.options import find, level_argument, workspace_option
from tutor.cli.spoken import Spoken
from tutor.learner.session import Session


@click.command(cls=Spoken)
@level_argument
@language_option
@workspace_option
def command(level: str, workspace: Path) -> None:
    """Take the next hint; they go from gentle to nearly the answer."""
    session = Session(workspace)
    chosen = find(session, level)
    words = texts()
    number, hint = session.take_hint(chosen)
    click.secho(words("hint.numbered", number=number, total=len(chosen.hints)), bold=True)
    click.echo(hint.text[words.language])
