"""``tutor room open``: serve the room that is there, or a new one, until Ctrl-C."""

from typing import TYPE_CHECKING

import click

from tutor.cli.language import language, language_option, texts
from tutor.cli.options import is_terminal
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken

if TYPE_CHECKING:
    from tutor.room.models import Room
    from tutor.words.texts import Texts

DEFAULT_TITLE = "Level Up"


@click.command("open", cls=Spoken)
@click.option("--lan", is_flag=True)
@click.option("--port", type=click.IntRange(0, 65535), default=0)
@click.option("--title", default="")
@click.option("--new", is_flag=True)
@click.option("--keep", is_flag=True)
@language_option
def open_room(lan: bool, port: int, title: str, new: bool, keep: bool) -> None:
    """Open a room, or go on with the one that is open."""
    from tutor.room import prepare, require_packages

    require_packages()
    prepare()
    from tutor.room.addresses import (
        EVERYWHERE,
        LOOPBACK,
        listening,
        of_network,
        public_address,
        served,
    )
    from tutor.room.serve import serve, served_at, serving

    served.lan = lan
    if new and (address := served_at()):
        # The process that is there serves this one, too.
        room, is_new = _room(title, new=new, keep=keep)
        _tell(texts(), room, address, address, is_new=is_new)
        return
    with serving() as note:
        room, is_new = _room(title, new=new, keep=keep)
        with listening(EVERYWHERE if lan else LOOPBACK, port or room.port) as listener:
            port = listener.getsockname()[1]
            own = f"http://{LOOPBACK}:{port}"
            near = [f"http://{one}:{port}" for one in of_network()] if lan else []
            public = public_address()
            address = public or next(iter(near), own)
            note(address)
            room.port = port
            room.save(update_fields=["port"])
            words = texts()
            _tell(words, room, address, public or own, is_new=is_new)
            if not public:
                _tell_who_reaches_it(words, port, near, lan=lan)
            say(words("board.cli.end"))
            _let_go()
            serve(listener)


def _tell_who_reaches_it(words: "Texts", port: int, near: list[str], *, lan: bool) -> None:
    """Print what is open to whom."""
    if not lan:
        say(words("board.cli.loopback"))
        return
    say(words("board.cli.lan", port=port))
    if near[1:]:
        say(words("board.cli.addresses", addresses=", ".join(near[1:])))


def _let_go() -> None:
    """Leave the database to the one thread that looks after it."""
    from django.db import connections

    connections.close_all()


def _room(title: str, *, new: bool, keep: bool) -> tuple["Room", bool]:
    """Return the room to serve, and whether it was made now."""
    from tutor.room import store
    from tutor.room.models import Room

    store.delete_expired()
    open_ones = [room for room in Room.objects.order_by("-pk") if not store.is_closed(room.pk)]
    if new or not open_ones:
        return store.open_room(title or DEFAULT_TITLE, language(), forever=keep), True
    room = open_ones[0]
    if title:
        store.decide(room.pk, "room_opened", {"title": title, "language": language()})
    return room, False


def _tell(words: "Texts", room: "Room", address: str, own: str, *, is_new: bool) -> None:
    """Print how learners come in, and how the instructor does."""
    from tutor.room.codes import shown
    from tutor.room.export import state_of
    from tutor.room.store import instructor_key

    state = state_of(room.pk)
    key = "board.cli.open" if is_new else "board.cli.again"
    say(words(key, title=state.title, seats=len(state.present())), bold=True)
    if is_terminal():
        _draw(f"{address}/{room.code}")
    say(words("board.cli.address", address=address, code=shown(room.code)))
    say(words("board.cli.code", code=shown(room.code)))
    say(words("board.cli.key", link=f"{own}/k/{instructor_key(room.pk)}"))
    say(words("board.cli.key_warning"))
    if room.expires:
        say(words("board.cli.expires", date=f"{room.expires:%Y-%m-%d}"))
    else:
        say(words("board.cli.stays"))


def _draw(link: str) -> None:
    """Draw the QR code of *link*; a terminal of few letters does without."""
    import sys

    import segno

    if "utf" in (sys.stdout.encoding or "").lower():
        segno.make(link, error="l").terminal(border=2, compact=True)
