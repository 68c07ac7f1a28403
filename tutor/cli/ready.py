"""``tutor ready``: tell the room that one is done with the level."""

from pathlib import Path

import click

from tutor.cli.language import language_option, texts
from tutor.cli.options import workspace_option
from tutor.cli.spoken import Spoken
from tutor.cli.to_room import say_whether_it_went
from tutor.learner.session import Session
from tutor.seat import seat as seats
from tutor.seat.reporter import Reporter


@click.command(cls=Spoken)
@click.option("--not", "is_not", is_flag=True)
@language_option
@workspace_option
def command(is_not: bool, workspace: Path) -> None:
    """Tell the room that you are done with this level, or are not after all."""
    seats.require()
    level = Session(workspace).level
    Reporter().ready(level.slug, on=not is_not)
    said = "room.ready.off" if is_not else "room.ready.on"
    say_whether_it_went(texts(), said, number=level.number)
