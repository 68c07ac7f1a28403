"""``tutor join``: take a seat in an instructor's room, after saying what it will see."""

import click

from tutor.base.errors import UsageError
from tutor.base.paths import seat_file
from tutor.cli.console import console
from tutor.cli.language import language_option, texts
from tutor.cli.options import confirm
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken
from tutor.curriculum import load_levels
from tutor.seat import seat as seats
from tutor.seat.address import RoomAddress
from tutor.seat.joining import LONGEST_NAME, LONGEST_NICKNAME, NicknameTaken, check_name, join
from tutor.seat.nicknames import propose
from tutor.words.texts import Texts

TRIES = 5
"""Nicknames that are tried, before somebody has to think of one."""


@click.command(cls=Spoken)
@click.argument("address", metavar="ADDRESS")
@click.option("--nickname", default="")
@click.option("--name", default="")
@click.option("--yes", "agreed", is_flag=True)
@language_option
def command(address: str, nickname: str, name: str, agreed: bool) -> None:
    """Take a seat in a room, after saying what it will see."""
    room, words = RoomAddress.read(address), texts()
    seat = seats.current() if seat_file().is_file() else None
    if seat is not None:
        raise UsageError.named("seat_taken", title=seat.title or seat.code, nickname=seat.nickname)
    check_name(nickname or "-", LONGEST_NICKNAME, needed=True)
    check_name(name, LONGEST_NAME, needed=False)
    _say(words("room.join.sees", address=room.base))
    _say(words("room.join.never"))
    if not agreed:
        confirm(words, words("room.join.question"))
        nickname = nickname or _ask(words("room.join.nickname"), propose(words))
        name = name or _ask(words("room.join.name"), "")
    _greet(words, _join(room, words, nickname, name, ask=not agreed))


def _join(room: RoomAddress, words: Texts, nickname: str, name: str, *, ask: bool) -> seats.Seat:
    """Take a seat; where the nickname is taken, ask for another one, or take what is free."""
    levels = [level.slug for level in load_levels()]
    is_chosen = bool(nickname)
    for attempt in range(TRIES):
        nickname = nickname or propose(words)
        try:
            return join(room, nickname, name, words.language, levels)
        except NicknameTaken as taken:
            if (is_chosen and not ask) or attempt == TRIES - 1:
                raise
            other = taken.proposal or propose(words)
            if ask:
                say(words("room.join.taken", nickname=nickname), err=True)
                other = _ask(words("room.join.nickname"), other)
            nickname = other
    raise AssertionError("the last attempt returns or raises")


def _ask(question: str, proposal: str) -> str:
    """Return what is typed; *proposal* where nothing is."""
    answer: str = click.prompt(question, default=proposal, show_default=bool(proposal), err=True)
    return answer


def _greet(words: Texts, seat: seats.Seat) -> None:
    """Say where one sits, and how to leave."""
    _say(words("room.join.seated", title=seat.title or seat.code, nickname=seat.nickname))
    if seat.keeps:
        _say(words("room.join.keeps", keeps=seat.keeps))
    _say(words("room.join.ends", date=seat.expires) if seat.expires else words("room.join.stays"))
    _say(words("room.join.how"))


def _say(sentence: str) -> None:
    """Print a whole sentence, broken between words."""
    console().print(sentence, markup=False)
