"""What it means that a level is begun, and what to say where it is not."""

from dataclasses import dataclass
from pathlib import Path

from tutor.base.errors import UsageError
from tutor.curriculum import Level
from tutor.learner.journal import Entry


@dataclass(frozen=True, slots=True)
class Begun:
    """What became of the workspace when a level was begun."""

    moved: bool
    """Whether the workspace was elsewhere before."""
    came_back: bool = False
    """Whether the files are as the learner left them, not as the level starts."""
    kept: Entry | None = None
    """What was there before."""


def never_begun(level: Level, folder: Path) -> UsageError:
    """Return the failure of who asks for files of *level* that *folder* never had."""
    return UsageError.named("never_begun", level=level.slug, number=level.number, folder=folder)
