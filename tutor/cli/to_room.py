"""What the commands share that tell the room something."""

import click

from tutor.cli.group import TOLD
from tutor.cli.speech import say
from tutor.seat.sender import send_briefly
from tutor.words.texts import Texts

PATIENCE = 2.0
"""Seconds for the room: whoever typed the command waits to read how it went."""


def went_to_room() -> bool:
    """Give what is kept for the room a moment, which the end of the command does not add to.

    Return whether all of it has arrived.
    """
    click.get_current_context().meta[TOLD] = True
    return send_briefly(PATIENCE)


def say_whether_it_went(words: Texts, key: str, **values: object) -> None:
    """Say the sentence *key*, and whether the room has heard it already."""
    say(words(key, **values))
    if not went_to_room():
        say(words("room.kept"))
