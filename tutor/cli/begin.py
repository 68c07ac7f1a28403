"""``tutor begin``: a level's files into the workspace, as the game does it."""

from pathlib import Path

import click

from tutor.cli.language import language_option, texts
from tutor.cli.options import (
    agreed_option,
    complete_level,
    confirm,
    find,
    let_run,
    workspace_option,
)
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken
from tutor.curriculum import Level
from tutor.learner.begun import Begun
from tutor.learner.session import Session
from tutor.words.texts import Texts


@click.command(cls=Spoken)
@click.argument("level", metavar="LEVEL", shell_complete=complete_level)
@agreed_option
@language_option
@workspace_option
def command(level: str, agreed: bool, workspace: Path) -> None:
    """Put the files of LEVEL into your workspace. What is there is kept in the journal."""
    words = texts()
    session = Session(workspace)
    chosen = find(session, level)
    session.workspace.check_free()
    let_run(chosen, agreed=agreed)
    if not agreed and _has_changes(session, chosen):
        title = session.level.title[words.language]
        confirm(words, words("begin.question", number=session.level.number, title=title))
    begun = session.enter(chosen)
    for line in _told(session, chosen, begun, words):
        say(line)


def _has_changes(session: Session, chosen: Level) -> bool:
    """Return whether another level than *chosen* is in the workspace, and was worked at."""
    at = session.workspace.level if session.workspace.exists else ""
    known = any(level.slug == at for level in session.levels)
    return known and at != chosen.slug and bool(session.diff())


def _told(session: Session, level: Level, begun: Begun, words: Texts) -> list[str]:
    """Return what was done, and what can be done next."""
    number, title = level.number, level.title[words.language]
    if not begun.moved:
        return [words("begin.here", number=number, title=title)]
    how = "begin.came_back" if begun.came_back else "begin.done"
    lines = [words(how, number=number, title=title, folder=session.workspace.folder)]
    if begun.kept:
        lines.append(words("begin.kept", kept=begun.kept.number))
    return [*lines, words("begin.next")]
