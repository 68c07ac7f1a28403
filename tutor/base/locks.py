"""Lock files: the kernel knows who holds one, and frees it however its holder ends."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path

from tutor.base.cancel import Cancel
from tutor.base.files import cannot_write

POLL = 0.05
"""Seconds between two tries of whoever may be told to wait no longer."""
INSTANT, LOOK = 0.1, 0.01
"""Seconds for which a lock may be held by who only asks about it, and between two looks."""


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
def locked(path: Path, cancel: Cancel | None = None) -> Iterator[LockFile]:
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
        yield LockFile(file)


@contextmanager
def if_free(path: Path, *, patience: float = 0.0) -> Iterator[LockFile | None]:
    """Hold the lock file *path* if nobody does; None where somebody has it.

    Nobody waits, unless they have the *patience*: :data:`INSTANT` where others ask
    :func:`is_held`, who must not be taken for a holder.

    Raises:
        TutorError: the file cannot be written.
    """
    until = time.monotonic() + patience
    with _opened(path) as file:
        while not (is_ours := _taken(file)) and time.monotonic() < until:
            time.sleep(LOOK)
        yield LockFile(file) if is_ours else None


def _taken(file: TextIOWrapper) -> bool:
    """Take the lock of *file*, if nobody has it, and return whether we do."""
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def is_held(path: Path) -> bool:
    """Return whether somebody holds the lock file *path*.

    Whoever wants it in the same instant may find it held by us: :func:`if_free` has patience.
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
