"""What the room said, as people read it: the same in every front end.

Words of others stay words: nothing of them is markup, a command or a sequence for the terminal.
"""

from collections.abc import Sequence

from tutor.curriculum import Level
from tutor.seat.inbox import REFUSED, RoomMessage, unread
from tutor.seat.worker import RoomView
from tutor.words.texts import Texts


def headline(texts: Texts, levels: Sequence[Level], message: RoomMessage) -> str:
    """Return *message* in one sentence; of a hint, whose it is."""
    if message.kind == "sentence":
        sender = message.sender or texts("room.somebody")
        return texts("room.sentence", sender=sender, text=message.text)
    if message.kind == "hint":
        level = _level(levels, message.level)
        if level is None or not 1 <= message.number <= len(level.hints):
            return texts("room.hint_unknown")
        title = level.title[texts.language]
        return texts("room.hint", number=message.number, level=level.number, title=title)
    known = texts.has(f"room.incident.{message.incident}")
    what = texts(f"room.incident.{message.incident if known else 'unknown'}")
    if message.state == REFUSED:
        return texts("room.refused", what=what, why=texts(f"room.why.{message.reason}"))
    return texts(f"room.state.{message.state}", what=what)


def body(texts: Texts, levels: Sequence[Level], message: RoomMessage) -> str:
    """Return the text of a hint; empty of anything else."""
    level = _level(levels, message.level)
    if message.kind != "hint" or level is None or not 1 <= message.number <= len(level.hints):
        return ""
    return level.hints[message.number - 1].text[texts.language]


def standing(texts: Texts, view: RoomView) -> list[str]:
    """Return how things stand, in sentences."""
    seat, inbox = view.seat, view.inbox
    said = [texts("room.who", title=title_of(texts, view), nickname=seat.nickname)]
    if inbox.gone:
        said.append(texts("room.is_gone"))
    elif inbox.closed:
        said.append(texts("room.is_closed"))
    elif view.answers is False:
        said.append(texts("room.is_silent", waiting=view.waiting))
    elif view.answers:
        said.append(texts("room.is_there"))
    if inbox.hand:
        said.append(texts(f"room.hand.{inbox.hand}"))
    if inbox.ready:
        said.append(texts("room.is_ready"))
    return said


def mark(texts: Texts, view: RoomView) -> str:
    """Return what a corner of the screen says of the room."""
    inbox = view.inbox
    if inbox.gone or inbox.closed:
        state = "closed"
    else:
        state = {True: "there", False: "silent", None: "asked"}[view.answers]
    parts = [texts(f"room.mark.{state}")]
    if new := unread(inbox.messages):
        parts.append(texts("room.mark.new", count=new))
    if inbox.hand:
        parts.append(texts(f"room.mark.{inbox.hand}"))
    return " · ".join(parts)


def title_of(texts: Texts, view: RoomView) -> str:
    """Return what the room is called; its code where it has no name."""
    return view.seat.title or view.seat.code


def is_closed_level(view: RoomView, slug: str) -> bool:
    """Return whether the room asks to wait with the level *slug*."""
    return view.inbox.levels is not None and slug not in view.inbox.levels


def is_locked_answer(view: RoomView, slug: str) -> bool:
    """Return whether the room asks to wait with the answer of the level *slug*."""
    return view.inbox.answers is not None and slug not in view.inbox.answers


def _level(levels: Sequence[Level], slug: str) -> Level | None:
    return next((level for level in levels if level.slug == slug), None)
