"""One run at a time in one workspace."""

import contextlib
import fcntl
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tutor.base.errors import TutorError
from tutor.base.files import cannot_write


class RunUnderWay(TutorError):
    """Another tutor is measuring in this workspace right now."""


@contextlib.contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Hold the right to run; the kernel frees it when we die.

    Raises:
        RunUnderWay: another process has it; says which.
    """
    path = folder / "run.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    except OSError as error:
        raise cannot_write(path, error) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "another tutor"
            raise RunUnderWay.named("run_under_way", holder=holder) from None
        file.truncate(0)
        file.write(f"process {os.getpid()} (tutor {' '.join(sys.argv[1:])})")
        file.flush()
        yield
