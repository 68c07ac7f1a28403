"""What workers of any screen report: facts in the past."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

from tutor.base.errors import TutorError

if TYPE_CHECKING:
    from tutor.learner.elsewhere import OtherBegan, OtherEnded
    from tutor.seat.worker import RoomView


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
class RoomHeard(Message):
    """The room said something, or stands otherwise than before."""

    view: "RoomView"


@dataclass
class RunSeenElsewhere(Message):
    """Another tutor has begun a run in this workspace, or ended it."""

    fact: "OtherBegan | OtherEnded"
