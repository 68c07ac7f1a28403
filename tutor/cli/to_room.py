"""What the commands share that tell the room something."""

import click

from tutor.seat.sender import send_briefly
from tutor.words.texts import Texts

PATIENCE = 2.0
"""Seconds for the room: whoever typed the command waits to read how it went."""


def say_whether_it_went(words: Texts, key: str, **values: object) -> None:
    """Say the sentence *key*, and whether the room has heard it already."""
    click.echo(words(key, **values))
    if not send_briefly(PATIENCE):
        click.echo(words("room.kept"))
