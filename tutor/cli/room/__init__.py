"""``tutor room``: the instructor's board, from its opening to its deletion."""

import click

from tutor.cli.language import language_option
from tutor.cli.room.end import close, delete
from tutor.cli.room.export import export
from tutor.cli.room.open import open_room
from tutor.cli.spoken import SpokenGroup


@click.group(cls=SpokenGroup)
@language_option
def command() -> None:
    """Open, close, export and delete a room."""


for part in (open_room, close, export, delete):
    command.add_command(part)
