"""``tutor hand``: raise a hand in the room."""

import click

from tutor.base.errors import UsageError
from tutor.cli.language import language_option, texts
from tutor.cli.spoken import Spoken
from tutor.cli.to_room import say_whether_it_went
from tutor.seat import seat as seats
from tutor.seat.reporter import Reporter


@click.command(cls=Spoken)
@click.argument("text", required=False, default="", metavar="[TEXT]")
@click.option("--down", is_flag=True)
@language_option
def command(text: str, down: bool) -> None:
    """Raise your hand in the room, with a word to it; or take it down."""
    seats.require()
    if text and down:
        raise UsageError.named("hand_and_down", hint="leave_one_out")
    if down:
        Reporter().hand_lowered()
    else:
        Reporter().hand_raised(text)
    say_whether_it_went(texts(), "room.hand.down" if down else "room.hand.up")
