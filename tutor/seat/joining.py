"""Take a seat in a room, and leave it."""

from collections.abc import Sequence

from tutor import __version__
from tutor.base.errors import TutorError, UsageError
from tutor.seat import seat as seats
from tutor.seat.address import RoomAddress
from tutor.seat.inbox import LONGEST
from tutor.seat.line import Line, RoomRefused, RoomSilent
from tutor.seat.reporter import ids_of
from tutor.seat.sender import Sender
from tutor.seat.text import clean

LONGEST_NICKNAME, LONGEST_NAME = 32, 60
GOODBYE = 3.0
"""Seconds for what is kept, and as many for the goodbye."""


class NicknameTaken(UsageError):
    """Somebody in the room is called so."""

    proposal = ""
    """A nickname that is free; empty where the room proposes none."""


def check_name(name: str, most: int, *, needed: bool) -> str:
    """Return *name* as it is sent.

    Raises:
        UsageError: nobody can be called so.
    """
    said = clean(name, most + 1)
    if (needed and not said) or len(said) > most:
        raise UsageError.named("name_unfit", name=said, most=most)
    return said


def join(
    address: RoomAddress, nickname: str, name: str, language: str, levels: Sequence[str]
) -> seats.Seat:
    """Take a seat and keep it.

    Raises:
        NicknameTaken: another one is needed.
        RoomSilent: nobody answers there.
        TutorError: the room wants nobody, or not here.
    """
    nickname = check_name(nickname, LONGEST_NICKNAME, needed=True)
    asked = {
        "code": address.code,
        "nickname": nickname,
        "name": check_name(name, LONGEST_NAME, needed=False),
        "language": language,
        "version": __version__,
        "levels": ids_of(levels),
    }
    try:
        answer = Line(address.base).post("/api/1/join", asked).data
    except RoomRefused as refused:
        raise explained(refused, address, nickname) from refused
    number, token, room = answer.get("seat"), answer.get("token"), answer.get("room")
    if not (isinstance(number, str | int) and isinstance(token, str) and 0 < len(token) <= 512):
        raise RoomSilent.named("room_silent", address=address.base, silence="garbled")
    told = room if isinstance(room, dict) else {}
    title, expires, keeps = (clean(told.get(k), LONGEST) for k in ("title", "expires", "keeps"))
    seat = seats.Seat(
        address.base, address.code, str(number), token, nickname, title, expires, keeps
    )
    seats.keep(seat)
    return seat


def explained(refused: RoomRefused, address: RoomAddress, nickname: str) -> TutorError:
    """Return why the room said no, and what to do."""
    code, base = address.code, address.base
    if refused.error == "nickname_taken":
        taken = NicknameTaken.named(
            "nickname_taken", nickname=nickname, proposal=refused.proposal or "…"
        )
        taken.proposal = refused.proposal
        return taken
    if refused.error == "no_such_room" or refused.status == 404:
        return UsageError.named("no_such_room", code=code, address=base)
    if refused.error == "too_many_tries":
        return TutorError.named("too_many_tries", address=base)
    if refused.status == 410:
        return TutorError.named("room_closed", code=code)
    return refused


def leave() -> bool:
    """Say goodbye and forget the seat; return whether the room has heard it.

    Raises:
        UsageError: there is none.
    """
    seat = seats.require()
    heard = False
    try:
        Sender(seat).send(GOODBYE)
        Line(seat.base, seat.token).post("/api/1/leave", {}, GOODBYE)
        heard = True
    except RoomRefused as refused:
        # Whom it does not know any more need not say goodbye.
        heard = refused.status in (401, 410)
    except RoomSilent:
        pass
    finally:
        seats.forget()
    return heard
