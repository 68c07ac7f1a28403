"""One run at a time in one workspace."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tutor.base.errors import TutorError
from tutor.base.locks import INSTANT, if_free, is_held


class RunUnderWay(TutorError):
    """Another tutor is measuring in this workspace right now."""


@contextlib.contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Hold the right to run; the kernel frees it when we die.

    Raises:
        RunUnderWay: another process has it; says which.
    """
    path = _lock_file(folder)
    with if_free(path, patience=INSTANT) as ours:
        if ours is None:
            holder = path.read_text().strip() or "another tutor"
            raise RunUnderWay.named("run_under_way", holder=holder)
        ours.note(f"process {os.getpid()} (tutor {' '.join(sys.argv[1:])})")
        yield


def is_under_way(folder: Path) -> bool:
    """Return whether any tutor is measuring in the workspace of this stack, now."""
    return is_held(_lock_file(folder))


def _lock_file(folder: Path) -> Path:
    return folder / "run.lock"
