"""``tutor room close`` and ``tutor room delete``: the end of a workshop, and of what it left."""

import click

from tutor.cli.language import language_option, texts
from tutor.cli.options import confirm
from tutor.cli.room.which import find
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken


@click.command(cls=Spoken)
@click.argument("code", default="", metavar="[CODE]")
@language_option
def close(code: str) -> None:
    """Close a room: nobody joins any more, and every seat is told."""
    from tutor.room import prepare

    prepare()
    from tutor.room.export import state_of
    from tutor.room.store import decide

    room = find(code)
    decide(room.pk, "room_closed", {})
    say(texts()("board.cli.closed", title=state_of(room.pk).title))


@click.command(cls=Spoken)
@click.argument("code", default="", metavar="[CODE]")
@click.option("--yes", is_flag=True)
@language_option
def delete(code: str, yes: bool) -> None:
    """Delete a room with everything in it."""
    from tutor.room import prepare

    prepare()
    from tutor.room.export import state_of
    from tutor.room.store import delete_room

    room, words = find(code), texts()
    state = state_of(room.pk)
    if not yes:
        confirm(words, words("board.cli.delete", title=state.title, seats=len(state.seats)))
    delete_room(room.pk)
    say(words("board.cli.deleted", title=state.title))
