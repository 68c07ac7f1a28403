"""The commands, each imported only when it is called."""

import importlib
from collections.abc import Iterator

import click

from tutor import __version__

COMMANDS = {
    "Play": {
        "start": "Open the game.",
        "verify": "Measure the shop and say whether the level is won.",
        "demo": "Play broken, then fixed, and show both side by side.",
    },
    "Look": {
        "levels": "List the levels, your medals and your attempts.",
        "show": "Print a level's story, briefing, lesson or answer.",
        "diagnose": "Say what you think is wrong, before you mend it.",
        "hint": "Take the next hint.",
        "diff": "Show what you changed.",
        "sql": "Show the SQL of a page, and which lines issue it.",
        "visits": "Let two visitors ask for the same page, and compare.",
        "queue": "Show queues, workers and jobs of the running shop.",
        "open": "Open the running shop in the browser, or the pages beside it.",
        "certificate": "Show what you reached, in your own figures.",
        "report": "Write everything you did to one HTML file.",
    },
    "Files": {
        "swap": "Let the running shop serve another variant.",
        "reset": "Bring the level's files back; yours are kept in the journal.",
        "journal": "List earlier states of your files, show or restore one.",
    },
    "Machine": {
        "stack": "Start, stop and look at the services.",
        "load": "Run the level's load against the shop as it is, and watch.",
        "doctor": "Check this machine, with a cure for each finding.",
        "author": "Tools for authors of levels.",
    },
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and imports one only when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        return [name for names in COMMANDS.values() for name in names]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import and return the command *name*."""
        if name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"tutor.cli.{name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a wrong name gets the nearest right one."""
        name = args[0]
        if name not in self.list_commands(ctx) and not name.startswith("-"):
            from tutor.tables import nearest

            raise click.UsageError(
                f"There is no command {name!r}. {nearest(name, self.list_commands(ctx))}", ctx
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by what they are for, without importing them."""
        for title, rows in _sections():
            with formatter.section(title):
                formatter.write_dl(rows)


def _sections() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for title, commands in COMMANDS.items():
        yield title, list(commands.items())


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 won or done, 1 an explained error, 2 wrong usage, 3 not yet, "
    "4 cannot tell, 130 interrupted.",
)
@click.version_option(__version__, prog_name="tutor")
def cli() -> None:
    """Level Up: an interactive performance tutorial.

    You are Betty. Your shop is slow. `tutor start` opens the game.
    """
