"""``tutor leave``: give the seat in the room back."""

import click

from tutor.cli.language import language_option, texts
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken
from tutor.seat.joining import leave


@click.command(cls=Spoken)
@language_option
def command() -> None:
    """Leave the room; nothing is told any more."""
    words = texts()
    say(words("room.left.heard" if leave() else "room.left.alone"))
