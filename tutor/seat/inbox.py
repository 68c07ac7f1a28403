"""What the room said, and how things stand: kept, so that it can be read again tomorrow."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from tutor.base.paths import seat_file
from tutor.seat.kept import KeptFile, words
from tutor.seat.text import clean, is_whole

MOST_MESSAGES = 100
LONGEST, LONGEST_NAME, LONGEST_ID = 1000, 60, 80
"""Characters of a sentence, of a name, and of whatever only names something."""
KINDS = ("sentence", "hint", "incident")
HANDS = ("", "raised", "taken")
WAITING, BEGUN, REFUSED, MENDED = "waiting", "begun", "refused", "mended"
"""What became of an incident."""
STATES = ("", WAITING, BEGUN, REFUSED, MENDED)
Id = str | int


@dataclass
class RoomMessage:
    """One message; which fields it has depends on its kind."""

    id: Id
    kind: str
    at: str
    """When it came, by the clock of this machine."""
    text: str = ""
    sender: str = ""
    level: str = ""
    """Of a hint, whose; of an incident that was begun, where."""
    number: int = 0
    incident: str = ""
    state: str = ""
    """Of an incident."""
    reason: str = ""
    """Why it was refused."""
    is_shown: bool = False
    """A notice of it was on the screen, and the room was told."""
    is_read: bool = False
    """The learner has looked at the list of messages since."""

    @property
    def hour(self) -> str:
        """Return when it came, for people."""
        return self.at[11:16]

    @classmethod
    def of_room(cls, told: Any) -> "RoomMessage | None":
        """Return what the room *told*; None where it is no message that we know.

        Nothing of it is believed: it may be anybody's server.
        """
        if not isinstance(told, Mapping) or told.get("kind") not in KINDS:
            return None
        name: Any = told.get("id")
        kind = told["kind"]
        if not (is_whole(name) or (isinstance(name, str) and 0 < len(name) <= LONGEST_ID)):
            return None
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        message = cls(name, kind, now, sender=clean(told.get("from"), LONGEST_NAME))
        if kind == "sentence":
            message.text = clean(told.get("text"), LONGEST)
            return message if message.text else None
        if kind == "hint":
            message.level = clean(told.get("level"), LONGEST_ID)
            message.number = told["number"] if is_whole(told.get("number")) else 0
            return message
        message.incident, message.state = clean(told.get("incident"), LONGEST_ID), WAITING
        return message

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "RoomMessage":
        """Return the message that was kept."""
        texts: dict[str, Any] = dict(words(data, *TEXTS))
        rest: dict[str, Any] = {
            name: data[name] for name in ("id", "number", "is_shown", "is_read")
        }
        if not (isinstance(rest["id"], str) or is_whole(rest["id"])) or not is_whole(
            data["number"]
        ):
            raise TypeError("a value is of another kind")
        if not (isinstance(rest["is_shown"], bool) and isinstance(rest["is_read"], bool)):
            raise TypeError("a value is of another kind")
        if texts["kind"] not in KINDS or texts["state"] not in STATES:
            raise ValueError("there is no such message")
        return cls(**rest, **texts)


TEXTS = ("kind", "at", "text", "sender", "level", "incident", "state", "reason")


@dataclass
class Inbox:
    """The messages, and how the room stands."""

    cursor: int = 0
    """Up to where the room has been heard."""
    messages: list[RoomMessage] = field(default_factory=list)
    """The oldest first."""
    levels: list[str] | None = None
    """The levels that are open; None where all are."""
    answers: list[str] | None = None
    """The levels whose answer is open; None where all are."""
    hand: str = ""
    ready: str = ""
    """The level that the learner said to be ready with."""
    closed: bool = False
    gone: bool = False
    """The room does not know this seat any more."""
    open_incidents: dict[str, float] = field(default_factory=dict)
    """By the id of their message, when they began, in seconds since the epoch."""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Inbox":
        """Return what :meth:`to_json` wrote."""
        messages = [RoomMessage.from_json(dict(one)) for one in data.pop("messages")]
        inbox = cls(messages=messages, **data)
        if not (is_whole(inbox.cursor) and inbox.hand in HANDS and isinstance(inbox.ready, str)):
            raise TypeError("a value is of another kind")
        if not all(isinstance(switch, bool) for switch in (inbox.closed, inbox.gone)):
            raise TypeError("a value is of another kind")
        if not (_is_slugs(inbox.levels) and _is_slugs(inbox.answers)):
            raise TypeError("a list of levels is none")
        if not all(isinstance(at, int | float) for at in inbox.open_incidents.values()):
            raise TypeError("a time is none")
        return inbox

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    def take(self, told: Mapping[str, Any], *, with_hand: bool) -> list[RoomMessage]:
        """Take in what the room told; return the messages that are new.

        Args:
            told: A poll's answer; its cursor was looked at already.
            with_hand: Whether the room knows all about our hand that we know.
        """
        known = {str(message.id) for message in self.messages}
        listed = told.get("messages")
        new = []
        for one in listed if isinstance(listed, list) else []:
            message = RoomMessage.of_room(one)
            if message is not None and str(message.id) not in known:
                known.add(str(message.id))
                new.append(message)
        self.messages = [*self.messages, *new][-MOST_MESSAGES:]
        open_levels, hand = told.get("levels"), told.get("hand") or ""
        self.levels = _slugs(open_levels.get("open") if isinstance(open_levels, Mapping) else None)
        self.answers = _slugs(told.get("answers"))
        if with_hand and hand in HANDS:
            self.hand = hand
        self.cursor, self.closed = told["cursor"], told.get("closed") is True
        return new

    def find(self, id: Id) -> RoomMessage | None:
        """Return the message *id*; None where it is too old to be kept."""
        return next((one for one in self.messages if one.id == id), None)


def inbox_file() -> KeptFile[Inbox]:
    """Return where it is kept."""
    return KeptFile(seat_file().with_name("inbox.json"), Inbox)


def _slugs(listed: Any) -> list[str] | None:
    """Return the levels that the room listed; None where it lists none, and all are open."""
    if not isinstance(listed, list):
        return None
    return [slug for slug in listed[:500] if isinstance(slug, str) and len(slug) <= LONGEST_ID]


def _is_slugs(listed: Any) -> bool:
    return listed is None or (
        isinstance(listed, list) and all(isinstance(slug, str) for slug in listed)
    )


def unread(messages: Iterable[RoomMessage]) -> int:
    """Return how many the learner has not looked at."""
    return sum(not message.is_read for message in messages)
