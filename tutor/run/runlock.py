"""One run at a time in one workspace."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tutor.base.errors import TutorError
from tutor.base.locks import if_free


class RunUnderWay(TutorError):
    """Another tutor is measuring in this workspace right now."""


@contextlib.contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Hold the right to run; the kernel frees it when we die.

    Raises:
        RunUnderWay: another process has it; says which.
    """
    path = folder / "run.lock"
    with if_free(path) as ours:
        if ours is None:
            holder = path.read_text().strip() or "another tutor"
            raise RunUnderWay.named("run_under_way", holder=holder)
        ours.note(f"process {os.getpid()} (tutor {' '.join(sys.argv[1:])})")
        yield
