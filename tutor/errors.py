"""The failures we can explain, and the exit codes they end with."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """What a command's exit code means to a script."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    NOT_YET = 3
    CANNOT_TELL = 4
    INTERRUPTED = 130


class TutorError(Exception):
    """A failure the learner can act on: what happened, and one thing to do next."""

    exit_code = ExitCode.ERROR

    def __init__(
        self, message: str, *, hint: str = "", said: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.said = said or {}
        """What the sentence is made of, where it can be said in other languages: an ``id`` and its
        values."""


class UsageError(TutorError):
    """Something on the command line is wrong."""

    exit_code = ExitCode.USAGE


class ShopError(TutorError):
    """The shop does not run, because of what is in its files: the learner's to mend."""

    def __init__(self, message: str, *, hint: str = "", id: str, params: dict[str, Any]) -> None:
        super().__init__(message, hint=hint, said=params.get("said"))
        self.id = id
        """The finding to report, for example ``shop_does_not_start``."""
        self.params = params


class Cancelled(Exception):
    """The learner asked to stop the run."""
