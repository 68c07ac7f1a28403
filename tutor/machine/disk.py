"""Room on the disk: what runs out of it fails in a hundred ways, so we ask the disk itself."""

import shutil
from pathlib import Path

from tutor.base.errors import TutorError

MEGABYTE = 1024 * 1024
ROOM_TO_RUN = 10
"""Megabytes on the disk below which whatever goes wrong is the disk's fault."""


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
