"""``tutor reset``: the level's files as they were at its start."""

from pathlib import Path

import click

from tutor.cli.language import language_option, texts
from tutor.cli.options import confirm, workspace_option
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken
from tutor.learner.session import Session
from tutor.learner.workspace import Workspace


@click.command(cls=Spoken)
@click.option("--file", default="")
@click.option("--yes", is_flag=True)
@language_option
@workspace_option
def command(file: str, yes: bool, workspace: Path) -> None:
    """Bring the level's files back as it started. What you have is kept in the journal."""
    words = texts()
    session = Session(Workspace.at(workspace).folder)
    # Where a level draws what it breaks, another draw is a reason too.
    if not session.level.drawn and not session.diff():
        say(words("reset.nothing"))
        return
    if file:
        session.check_reset(file)
    if not yes:
        question = "reset.question_file" if file else "reset.question"
        confirm(words, words(question, file=file, level=session.level.slug))
    kept = session.reset(file)
    say(words("reset.done", kept=kept.number))
