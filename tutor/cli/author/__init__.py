"""``tutor author``: tools for authors of levels, one module per command.

The shell calls them; they say what they do in English, for who writes levels reads English.
"""

import click

from tutor.cli.author.check import check
from tutor.cli.author.migrate import migrate
from tutor.cli.author.new import new
from tutor.cli.author.preview import preview
from tutor.cli.author.schema import schema
from tutor.cli.spoken import SpokenGroup


@click.group(cls=SpokenGroup)
def command() -> None:
    """Tools for authors of levels."""


for part in (new, check, preview, schema, migrate):
    command.add_command(part)
