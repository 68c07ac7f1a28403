"""One run at a time in one workspace: whoever comes second waits, and is told for whom."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.base.locks import INSTANT, LockFile, if_free, is_held, locked
from tutor.words.dates import clock


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is measuring in a workspace."""

    pid: int = 0
    command: str = ""
    """As it was typed; empty where the holder has not said."""
    since: float = 0.0
    """Seconds since the epoch."""

    @classmethod
    def read(cls, path: Path) -> "Holder":
        """Return who signed the lock file *path*; nobody in particular where it says nothing."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            return cls(int(data["pid"]), str(data["command"]), float(data["since"]))
        except (OSError, ValueError, TypeError, LookupError):
            return cls()


class RunUnderWay(TutorError):
    """Another tutor is measuring in this workspace right now."""


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Hold the right to run; the kernel frees it when we die.

    Raises:
        RunUnderWay: another process has it; says which.
    """
    path = _lock_file(folder)
    with if_free(path, patience=INSTANT) as ours:
        if ours is None:
            holder = Holder.read(path)
            raise RunUnderWay.named(
                "run_under_way",
                holder=holder.command or "another tutor",
                pid=holder.pid or "?",
                since=clock(holder.since) if holder.since else "?",
            )
        sign(ours)
        yield


@contextmanager
def run_turn(folder: Path, cancel: Cancel, tell: Callable[[Holder], None]) -> Iterator[None]:
    """Hold the right to run; where somebody has it, *tell* who, and wait for their end.

    Raises:
        Cancelled: an end was asked for while waiting.
    """
    path = _lock_file(folder)
    with ExitStack() as held:
        ours = held.enter_context(if_free(path, patience=INSTANT))
        if ours is None:
            tell(Holder.read(path))
            ours = held.enter_context(locked(path, cancel))
        sign(ours)
        yield


def is_under_way(folder: Path) -> bool:
    """Return whether any tutor is measuring in the workspace of this stack, now."""
    return is_held(_lock_file(folder))


def other_holder(folder: Path) -> Holder | None:
    """Return which other process measures in the workspace of this stack, now; None where none.

    Whoever has taken the lock and not signed yet is none: it is a moment too early to ask.
    """
    path = _lock_file(folder)
    if not is_held(path):
        return None
    holder = Holder.read(path)
    return holder if holder.pid != os.getpid() and is_alive(holder) else None


def is_alive(holder: Holder) -> bool:
    """Return whether the process that signed is still there."""
    # The first frame asks nobody, and need not load it.
    import psutil

    return holder.pid > 0 and psutil.pid_exists(holder.pid)


def sign(ours: LockFile) -> None:
    """Write down who we are, for whoever comes second."""
    command = " ".join(["tutor", *sys.argv[1:]])
    ours.note(json.dumps(asdict(Holder(os.getpid(), command, time.time()))))


def _lock_file(folder: Path) -> Path:
    return folder / "run.lock"
