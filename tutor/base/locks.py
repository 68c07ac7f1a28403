"""Lock files: the kernel knows who holds one, and frees it however its holder ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path

from tutor.base.cancel import Cancel
from tutor.base.files import cannot_write

POLL = 0.05
"""Seconds between two tries of whoever may be told to wait no longer."""


class LockFile:
    """A lock file that is ours."""

    def __init__(self, file: TextIOWrapper) -> None:
        self._file = file

    def note(self, text: str) -> None:
        """Write down *text* for whoever comes second: it is what the file holds then."""
        self._file.truncate(0)
        self._file.write(text)
        self._file.flush()


@contextmanager
def locked(path: Path, cancel: Cancel | None = None) -> Iterator[None]:
    """Hold the lock file *path*, waiting for whoever has it, or until *cancel* is set.

    Raises:
        TutorError: the file cannot be written.
        Cancelled: an end was asked for.
    """
    with _opened(path) as file:
        if cancel is None:
            fcntl.flock(file, fcntl.LOCK_EX)
        else:
            while not _taken(file):
                cancel.wait(POLL)
        yield


@contextmanager
def if_free(path: Path) -> Iterator[LockFile | None]:
    """Hold the lock file *path* if nobody does; None where somebody has it. Nobody waits.

    Raises:
        TutorError: the file cannot be written.
    """
    with _opened(path) as file:
        yield LockFile(file) if _taken(file) else None


def _taken(file: TextIOWrapper) -> bool:
    """Take the lock of *file*, if nobody has it, and return whether we do."""
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def is_held(path: Path) -> bool:
    """Return whether somebody holds the lock file *path*.

    Whoever wants it in the same instant may find it held by us: see who waits a moment for that.
    """
    if not path.is_file():
        return False
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _opened(path: Path) -> TextIOWrapper:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a")
    except OSError as error:
        raise cannot_write(path, error) from error
