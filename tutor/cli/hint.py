"""``tutor hint``: the next step of help."""

from pathlib import Path

import click

from tutor.cli.options import find, language_option, level_argument, texts, workspace_option
from tutor.session import Session


@click.command()
@level_argument
@language_option
@workspace_option
def command(level: str, lang: str | None, workspace: Path) -> None:
    """Take the next hint; they go from gentle to nearly the answer."""
    session = Session(workspace)
    chosen = find(session, level)
    words = texts(session, lang)
    number, hint = session.take_hint(chosen)
    click.secho(words("hint.numbered", number=number, total=len(chosen.hints)), bold=True)
    click.echo(hint.text[words.language])
