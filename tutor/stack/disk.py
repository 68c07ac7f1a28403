"""Room on the disk: what runs out of it fails in a hundred ways, so we ask the disk itself."""

import shutil
from pathlib import Path

from tutor.errors import TutorError

MEGABYTE = 1024 * 1024


class DiskFull(TutorError):
    """There is too little room where the stack lives."""


def check_room(folder: Path, megabytes: int) -> None:
    """Refuse to go on where fewer than *megabytes* are left on the disk of *folder*.

    Raises:
        DiskFull: names the folder and what is left.
    """
    free = shutil.disk_usage(folder).free // MEGABYTE
    if free < megabytes:
        raise DiskFull(
            f"The disk is full: {free} MB are left for {folder}, {megabytes} MB are needed.",
            hint="Free some space there, or set LEVELUP_HOME to a folder on another disk.",
        )
