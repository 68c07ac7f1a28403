"""Name a full disk as the cause of whatever failed for want of room."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutor.base.errors import Cancelled
from tutor.base.files import FULL
from tutor.machine.disk import DiskFull, check_room

DISK_FULL = "53100"
"""PostgreSQL's code for it: https://www.postgresql.org/docs/current/errcodes-appendix.html."""


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
