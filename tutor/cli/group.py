"""The commands, each imported only when it is called."""

import gc
import importlib
import sys
from typing import Any

import click

from tutor import __version__
from tutor.base.errors import TutorError
from tutor.cli.language import language_option, note_language
from tutor.cli.spoken import SpokenGroup, said

COMMANDS = {
    "play": ("start", "begin", "verify", "demo", "hand-in"),
    "look": (
        "levels",
        "show",
        "diagnose",
        "hint",
        "diff",
        "sql",
        "visits",
        "queue",
        "open",
        "certificate",
        "report",
    ),
    "files": ("swap", "reset", "journal"),
    "room": ("join", "hand", "ready", "leave", "room"),
    "machine": ("stack", "image", "load", "doctor", "completion", "author"),
}
"""The commands by what they are for, in the order of the help."""


COMPLETE = "_TUTOR_COMPLETE"
"""Under this name in the environment a shell asks what could be typed next."""


GOODBYE = 1.0
"""Seconds at most that the end of a command waits for a room."""


TOLD = "tutor.cli.to_room"
"""In the context of a command: it has waited for the room itself."""


class LazyGroup(SpokenGroup):
    """A group that knows its commands' names and imports one only when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        return [name for names in COMMANDS.values() for name in names]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import and return the command *name*."""
        if name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"tutor.cli.{name.replace('-', '_')}")
        if not gc.isenabled():
            # All of it stays: later searches leave it alone.
            gc.freeze()
            gc.enable()
        command: click.Command = module.command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note the language that is asked for anywhere, then read the arguments."""
        note_language(ctx, args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Do what was asked for; an expected failure is told in the language of the command."""
        try:
            return super().invoke(ctx)
        except TutorError as error:
            from tutor.cli.failure import show_failure

            show_failure(error)
            ctx.exit(error.exit_code)
        finally:
            _tell_room(ctx)
            _tell_damage()

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by what they are for, without importing them."""
        for group, names in COMMANDS.items():
            with formatter.section(said(f"help.group.{group}")):
                formatter.write_dl(self.summaries(ctx, list(names)))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the exit codes mean."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(said("help.exit_codes"))
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(said("help.completion"))


def _tell_room(ctx: click.Context) -> None:
    """Give what this command has kept for the room a moment to arrive, where it has had none."""
    if "tutor.seat.reporter" in sys.modules and TOLD not in ctx.meta:
        from tutor.seat.sender import send_briefly

        send_briefly(GOODBYE)


def _tell_damage() -> None:
    """Name the files of ours that were found damaged."""
    from tutor.base.damage import news

    for found in news():
        from tutor.cli.failure import show_notice

        show_notice(found)


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    """Print the version, and end there."""
    if value and not ctx.resilient_parsing:
        click.echo(said("help.version", program="tutor", version=__version__))
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@language_option
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version)
def cli() -> None:
    """Level Up: every command there is."""
