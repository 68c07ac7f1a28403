"""What the workers of the workbench report, and what its parts wish: the first frame needs none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

from tutor.base.errors import TutorError

if TYPE_CHECKING:
    from tutor.events import Event
    from tutor.stack.gauge import Reading


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
