"""``tutor start``: open the game, on screens, as lines of text, or in a browser."""

import os
import sys
from pathlib import Path

import click

from tutor.cli.options import find, language_option, level_argument, texts, workspace_option
from tutor.errors import UsageError
from tutor.session import Session


@click.command()
@level_argument
@click.option("--plain", is_flag=True, help="As lines of text: for screen readers and pipes.")
@click.option("--web", is_flag=True, help="In a browser, on this machine only.")
@click.option("--port", type=int, default=0, help="With --web: the port; a free one without it.")
@language_option
@workspace_option
def command(
    level: str, plain: bool, web: bool, port: int, lang: str | None, workspace: Path
) -> int:
    """Open the game, at LEVEL or where you were."""
    if plain and web:
        raise UsageError("--plain and --web exclude each other.", hint="Leave one of them out.")
    if port and not web:
        raise UsageError("--port belongs to --web.", hint="Add --web, or leave the port out.")
    session = Session(workspace)
    chosen = find(session, level) if level else None
    session.workspace.check_free()
    if web:
        from tutor.web import serve

        said = texts(session, lang)
        words = [*([level] if level else []), "--workspace", str(session.workspace.folder)]
        words += ["--lang", lang] if lang else []
        return serve(
            words, said, port, lambda address: click.echo(said("web.open", address=address))
        )
    if plain or _can_only_be_plain():
        from tutor.cli.plain import play

        return play(session, chosen, lang or "")
    if _is_served():
        from tutor.web.parent import end_with_server

        end_with_server()
    elif not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The game needs a terminal.",
            hint="`tutor start --plain` plays it as lines of text, through a pipe too; "
            "`tutor demo 1` shows what it is.",
        )
    from tutor import tui

    return tui.run(session, chosen, language=lang or "")


def _can_only_be_plain() -> bool:
    """Return whether somebody sits at a terminal that cannot place its cursor."""
    return os.environ.get("TERM") == "dumb" and sys.stdin.isatty() and sys.stdout.isatty()


def _is_served() -> bool:
    """Return whether a browser is our terminal."""
    from tutor.web import SERVER

    return SERVER in os.environ
