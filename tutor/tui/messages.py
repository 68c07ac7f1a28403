"""What workers report: facts in the past."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

from tutor.base.errors import TutorError

if TYPE_CHECKING:
    from tutor.events import Event
    from tutor.learner.elsewhere import OtherBegan, OtherEnded
    from tutor.seat.worker import RoomView
    from tutor.stack.gauge import Reading


@dataclass
class Done(Message):
    """A background job ended; *then* takes its result."""

    result: Any
    then: Callable[[Any], None]


@dataclass
class Failed(Message):
    """A background job failed for a reason we can explain."""

    error: TutorError


@dataclass
class EventReported(Message):
    """A run, or the start of the shop, reported an event."""

    event: "Event"


@dataclass
class EarlierRead(Message):
    """The journal knows what earlier runs measured."""

    first: Mapping[str, Any]
    by_measure: Mapping[str, Sequence[float]]


@dataclass
class RunEnded(Message):
    """The worker of a run is done, whatever came of it."""

    error: TutorError | None = None


@dataclass
class ShopOpened(Message):
    """The shop answers at *url*."""

    url: str
    variant: str


@dataclass
class ShopFailed(Message):
    """The shop could not be served."""

    error: TutorError
    variant: str


@dataclass
class StackRead(Message):
    """The monitor has looked at the stack."""

    reading: "Reading"


@dataclass
class RoomHeard(Message):
    """The room said something, or stands otherwise than before."""

    view: "RoomView"


@dataclass
class RunSeenElsewhere(Message):
    """Another tutor has begun a run in this workspace, or ended it."""

    fact: "OtherBegan | OtherEnded"


@dataclass
class FilesSaved(Message):
    """Files of the workspace were saved, here or by another program."""

    names: tuple[str, ...]


@dataclass
class FilesRestored(Message):
    """The files were put back as a whole, as they were before."""


@dataclass
class RunAsked(Message):
    """The learner wants a run: a quick check, or the full one."""

    quick: bool


@dataclass
class LineAsked(Message):
    """The learner wants to see a line of a file."""

    file: str
    line: int
