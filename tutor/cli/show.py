"""``tutor show``: a level's texts."""

from pathlib import Path

import click
from rich.markdown import Markdown

from tutor.cli.console import console
from tutor.cli.options import (
    find,
    is_terminal,
    language_option,
    level_argument,
    texts,
    workspace_option,
)
from tutor.session import Session

PARTS = ("briefing", "story", "lesson", "answer")


@click.command()
@level_argument
@click.option("--part", type=click.Choice(PARTS), default="briefing", show_default=True)
@click.option("--yes", is_flag=True, help="Show the answer without asking, whatever it costs.")
@language_option
@workspace_option
def command(level: str, part: str, yes: bool, lang: str | None, workspace: Path) -> None:
    """Print a level's briefing, story, lesson or reference answer.

    The answer costs the gold medal of a level that is not won yet; it says so first.
    """
    session = Session(workspace)
    chosen = find(session, level)
    words = texts(session, lang)
    if part == "answer" and not session.level_progress(chosen).medal:
        if not yes:
            click.confirm(words("answer.price"), abort=True, err=True)
        session.see_answer(chosen)
    text = chosen.text(part, words.language)
    if is_terminal():
        console().print(Markdown(text))
    else:
        click.echo(text)
