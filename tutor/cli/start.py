"""``tutor start``: open the game, on screens, as lines of text, or in a browser."""

import os
import sys
from pathlib import Path

import click

from tutor.base.errors import UsageError
from tutor.cli.language import asked_language, language_option, texts
from tutor.cli.options import (
    agreed_option,
    confirm,
    find,
    let_run,
    level_argument,
    stack_option,
    workspace_option,
)
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken
from tutor.learner.open_game import open_game
from tutor.learner.session import Session
from tutor.run.runlock import Holder
from tutor.words.dates import clock


@click.command(cls=Spoken)
@level_argument
@click.option("--plain", is_flag=True)
@click.option("--web", is_flag=True)
@click.option("--port", type=int, default=0)
@agreed_option
@language_option
@stack_option
@workspace_option
def command(
    level: str, plain: bool, web: bool, port: int, agreed: bool, where: str, workspace: Path
) -> int:
    """Open the game, at LEVEL or where you were."""
    if plain and web:
        raise UsageError.named("plain_and_web", hint="leave_one_out")
    if port and not web:
        raise UsageError.named("port_without_web")
    session = Session(workspace, where)
    chosen = find(session, level) if level else None
    if chosen is not None and agreed:
        let_run(chosen, agreed=True)
    session.workspace.check_free()
    if web:
        from tutor.web import serve

        said = texts()
        words = [*([level] if level else []), "--workspace", str(session.workspace.folder)]
        words += ["--lang", asked_language()] if asked_language() else []
        words += ["--stack", where]
        return serve(words, said, port, lambda address: say(said("web.open", address=address)))
    is_plain = plain or _can_only_be_plain()
    if not (is_plain or _is_served() or (sys.stdin.isatty() and sys.stdout.isatty())):
        raise UsageError.named("no_terminal")
    with open_game(session.stack_folder) as other:
        if other is not None:
            _ask_about(other)
        if is_plain:
            from tutor.cli.plain import play

            return play(session, chosen, asked_language())
        if _is_served():
            from tutor.web.parent import end_with_server

            end_with_server()
        from tutor import tui

        return tui.run(session, chosen, language=asked_language())


def _ask_about(other: Holder) -> None:
    """Say that the game is open already; where somebody can answer, ask whether it may be twice.

    Raises:
        Abort: it may not.
    """
    said = texts()
    told = said("begun.open", command=other.command, pid=other.pid, since=clock(other.since))
    if sys.stdin.isatty() and not _is_served():
        confirm(said, f"{told} {said('begun.twice')}")
    else:
        click.echo(told, err=True)


def _can_only_be_plain() -> bool:
    """Return whether somebody sits at a terminal that cannot place its cursor."""
    return os.environ.get("TERM") == "dumb" and sys.stdin.isatty() and sys.stdout.isatty()


def _is_served() -> bool:
    """Return whether a browser is our terminal."""
    from tutor.web import SERVER

    return SERVER in os.environ
