"""What a room and its seats are now: plain data that the fold fills."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Hand:
    """Somebody asks for help."""

    text: str
    since: float
    taken_by: str = ""


@dataclass(slots=True)
class LevelRecord:
    """What a seat did in one level."""

    opened: float
    runs: int = 0
    lost: int = 0
    hints: int = 0
    medal: str = ""
    won_at: float = 0.0
    goals: dict[str, str] = field(default_factory=dict)
    """By goal, how the last run that measured it found it; in the order they were sent in."""
    began: float = 0.0
    """When the first run of the level was started; 0 where none was."""


@dataclass(slots=True)
class SeatState:
    """One learner, as far as the room was told."""

    number: int
    nickname: str
    name: str
    same: str
    """The nickname as it is compared."""
    joined: float
    taken: int = 0
    """Events 1 to this one are kept."""
    level: str = ""
    goal: str = ""
    """The first goal of the level that the last run missed; empty before any."""
    goal_since: float = 0.0
    losses: int = 0
    """Full runs in a row that lost by this goal."""
    finding: str = ""
    result_since: float = 0.0
    """Since when nothing new came of it; the first run's start where none has ended."""
    result: tuple[str, str, str] = ("", "", "")
    running: bool = False
    records: dict[str, LevelRecord] = field(default_factory=dict)
    hand: Hand | None = None
    hands: int = 0
    """How often the hand changed, for who asks whether anything did."""
    ready: str = ""
    """The level that it says it is ready with; empty where it does not."""
    doctor: dict[str, Any] | None = None
    mail: list[int] = field(default_factory=list)
    """The numbers of the messages to it."""
    seen: set[int] = field(default_factory=set)
    incidents: dict[int, tuple[str, float]] = field(default_factory=dict)
    """By message: how far it is, and the seconds it took."""
    diffs: int = 0
    left: bool = False

    @property
    def record(self) -> LevelRecord | None:
        """Return the record of the level it is in; None before the first."""
        return self.records.get(self.level)

    @property
    def has_won(self) -> bool:
        """Return whether the level it is in is won."""
        return self.record is not None and bool(self.record.medal)


@dataclass(frozen=True, slots=True)
class Message:
    """Something that the board sent to seats."""

    n: int
    at: float
    kind: str
    body: dict[str, Any]
    """As seats get it, but for its number."""
    by: str
    seats: tuple[int, ...]
    aim: str
    """Whom it was meant for: ``all``, ``goal`` or ``seat``."""


@dataclass(slots=True)
class RoomState:
    """One room, as the events say."""

    id: int
    title: str = ""
    language: str = "en"
    closed: bool = False
    seats: dict[int, SeatState] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    open_levels: list[str] | None = None
    """None for all of them."""
    open_answers: list[str] | None = None
    pace: int = 0
    """The last event that changed what is open."""
    moves: list[tuple[float, int, str]] = field(default_factory=list)
    """When which seat went to which level; an empty one when it left."""
    version: int = 0
    """The last event that was folded in."""

    def present(self) -> list[SeatState]:
        """Return the seats that have not left, in the order they came."""
        return [seat for seat in self.seats.values() if not seat.left]
