"""Find and end what a stack left behind when even its supervisor was killed."""

import contextlib
import json
import os
import signal
from pathlib import Path

import psutil

from tutor.stack.supervisor import STATE

MARK = "LEVELUP_STACK"
"""The environment variable that says which stack a process belongs to."""


def leftovers(folder: Path) -> list[psutil.Process]:
    """Return the processes of the stack in *folder* that still run without a supervisor."""
    try:
        state = json.loads((folder / STATE).read_text())
    except (OSError, ValueError):
        return []
    found = []
    for pid in [state.get("pid"), *state.get("children", {}).values()]:
        with contextlib.suppress(psutil.Error, TypeError):
            process = psutil.Process(pid)
            if _is_ours(process, folder):
                found += [process, *process.children(recursive=True)]
    return found


def end_leftovers(folder: Path) -> int:
    """End the leftovers of the stack in *folder* and return how many there were."""
    found = leftovers(folder)
    for process in found:
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs(found, timeout=2)
    (folder / STATE).unlink(missing_ok=True)
    return len(found)


def _is_ours(process: psutil.Process, folder: Path) -> bool:
    """Return whether *process* carries the mark of this very stack; a reused pid does not."""
    return process.environ().get(MARK) == str(folder)
