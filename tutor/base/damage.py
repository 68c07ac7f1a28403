"""What is damaged and does not stop us: set aside or left out, and named to the learner once."""

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TypeVar

from tutor.base import log
from tutor.base.errors import TutorError
from tutor.base.locks import locked

SUFFIX = ".damaged"

_news: list[TutorError] = []
_told: set[str] = set()
"""What was told of already, of that which is met again and again."""
_lock = threading.Lock()


class DamagedFile(Exception):
    """A file holds something else than what we write."""


T = TypeVar("T")


def read_or_begin(
    path: Path, lock: Path | None, read: Callable[[], T], begin: Callable[[], T]
) -> T:
    """Return what *read* finds at *path*; where that is damaged it is set aside, and we *begin*.

    *lock* is the one under which the file is changed; None where the caller holds it.

    Raises:
        TutorError: *read* says so, or the folder cannot be written.
    """
    try:
        return read()
    except DamagedFile:
        aside = set_aside(path, lock, lambda: _is_damaged(read))
    # Where it was not ours to set aside, somebody has written a new one.
    return begin() if aside else read()


def _is_damaged(read: Callable[[], object]) -> bool:
    try:
        read()
    except DamagedFile:
        return True
    return False


def set_aside(path: Path, lock: Path | None, is_damaged: Callable[[], bool]) -> Path | None:
    """Give *path* another name if it *is_damaged* still; return the name, or None if it is not.

    Somebody else may have done so meanwhile, and have written a new file: therefore we look again
    under the *lock*; None where the caller holds it.

    Raises:
        TutorError: the folder cannot be written.
    """
    if lock is not None:
        with locked(lock):
            return set_aside(path, None, is_damaged)
    if not is_damaged():
        return None
    names = (path.with_name(f"{path.name}{SUFFIX}{n or ''}") for n in count())
    aside = next(name for name in names if not name.exists())
    try:
        path.rename(aside)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TutorError.named(
            "damaged_stays", hint="check_permissions", path=path, reason=error.strerror or error
        ) from error
    told = TutorError.named("set_aside", path=path, aside=aside)
    log.note(told.message)
    with _lock:
        _news.append(told)
    return aside


def tell(found: TutorError) -> None:
    """Have *found* named to the learner: something is wrong, and we go on without it.

    Once only, however often it is met.
    """
    with _lock:
        if found.message in _told:
            return
        _told.add(found.message)
        _news.append(found)
    log.note(found.message)


def news() -> list[TutorError]:
    """Return what was set aside or left out since somebody asked last."""
    with _lock:
        found = list(_news)
        _news.clear()
    return found


def is_name(name: object) -> bool:
    """Return whether *name* is the path of a file inside a folder, and leads nowhere else."""
    return isinstance(name, str) and _is_name(name)


@lru_cache(maxsize=4096)
def _is_name(name: str) -> bool:
    """Return what :func:`is_name` does; a long journal asks for the same names again and again."""
    if not name or "\0" in name:
        return False
    with suppress(ValueError):
        path = Path(name)
        return not path.is_absolute() and ".." not in path.parts
    return False
