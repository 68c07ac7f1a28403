"""``tutor start``: open the game."""

import sys
from pathlib import Path

import click

from tutor.cli.options import find, language_option, level_argument, workspace_option
from tutor.errors import UsageError
from tutor.session import Session


@click.command()
@level_argument
@language_option
@workspace_option
def command(level: str, lang: str | None, workspace: Path) -> int:
    """Open the game, at LEVEL or where you were."""
    session = Session(workspace)
    chosen = find(session, level) if level else None
    session.workspace.check_free()
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The game needs a terminal.",
            hint="`tutor demo 1` shows what it is; `tutor verify` measures without the game.",
        )
    from tutor import tui

    return tui.run(session, chosen, language=lang or "")
