"""Room on the disk: what runs out of it fails in a hundred ways, so we ask the disk itself."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutor.errors import Cancelled, TutorError
from tutor.files import FULL

MEGABYTE = 1024 * 1024
ROOM_TO_RUN = 10
"""Megabytes on the disk below which whatever goes wrong is the disk's fault."""
DISK_FULL = "53100"
"""PostgreSQL's code for it: https://www.postgresql.org/docs/current/errcodes-appendix.html."""


class DiskFull(TutorError):
    """There is too little room where the stack lives."""


def check_room(folder: Path, megabytes: int) -> None:
    """Refuse to go on where fewer than *megabytes* are left on the disk of *folder*.

    Raises:
        DiskFull: names the folder and what is left.
    """
    free = shutil.disk_usage(folder).free // MEGABYTE
    if free < megabytes:
        raise DiskFull.named("no_room", free=free, folder=folder, needed=megabytes)


@contextmanager
def blaming_the_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """Where the block fails and the disk of *folder* is full, have the disk named as the cause.

    Whoever finds no room often gives back what it had taken before anybody can look, as PostgreSQL
    does with half a database. So the error's own words count beside the *megabytes* that are left.

    Raises:
        DiskFull: in place of what failed for want of room.
    """
    try:
        yield
    except (Cancelled, DiskFull):
        raise
    except Exception as error:
        check_room(folder, megabytes)
        if _speaks_of_room(error):
            raise DiskFull.named("no_room_then", hint="no_room_hint", folder=folder) from error
        raise


def _speaks_of_room(error: Exception) -> bool:
    """Return whether the kernel, PostgreSQL or the log of a program that failed says it."""
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    log = getattr(error, "log_tail", "")
    return getattr(error, "sqlstate", "") == DISK_FULL or any(os.strerror(n) in log for n in FULL)
