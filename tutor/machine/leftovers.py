"""Find and end what a stack left behind when even its supervisor was killed."""

import contextlib
import json
import shutil
from pathlib import Path
from typing import Any

import psutil

from tutor.machine.shares import remove_shares
from tutor.machine.supervisor import STATE, TEMPORARY

MARK = "LEVELUP_STACK"
"""The environment variable that says which stack a process belongs to."""
POSTMASTER = Path("postgres", "data", "postmaster.pid")
"""Where PostgreSQL writes down its own pid."""


ENDING = 2.5
"""Seconds a supervisor that answers no more may take to end its services itself."""


def leftovers(folder: Path) -> list[psutil.Process]:
    """Return the processes of the stack in *folder* that still run without a supervisor."""
    if not (folder / STATE).exists() and not (folder / POSTMASTER).exists():
        return []
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if _is_ours(process, folder):
                found.append(process)
    return found


def end_leftovers(folder: Path) -> int:
    """End the leftovers of the stack in *folder* and return how many there were.

    A supervisor that is just ending is given the time to do so.
    """
    found = leftovers(folder)
    psutil.wait_procs([p for p in found if p.pid == _supervisor(folder)], timeout=ENDING)
    running = [process for process in found if process.is_running()]
    for process in running:
        # psutil checks that the pid was not given to somebody else meanwhile.
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(running, timeout=2)
    remove_shares(folder)
    shutil.rmtree(folder / TEMPORARY, ignore_errors=True)
    with contextlib.suppress(OSError):
        (folder / STATE).unlink(missing_ok=True)
        # Whoever has that pid now, PostgreSQL would take it for itself and refuse to start.
        (folder / POSTMASTER).unlink(missing_ok=True)
    return len(running)


def _supervisor(folder: Path) -> int:
    pid = _state(folder).get("pid")
    return pid if isinstance(pid, int) else 0


def _state(folder: Path) -> dict[str, Any]:
    """Return what the supervisor wrote down; nothing where that cannot be read."""
    with contextlib.suppress(OSError, ValueError):
        state = json.loads((folder / STATE).read_text())
        if isinstance(state, dict):
            return state
    return {}


def _is_ours(process: psutil.Process, folder: Path) -> bool:
    """Return whether *process* carries the mark of this very stack; a reused pid does not.

    PostgreSQL's sessions write their titles over their environment: where they work tells them.
    """
    if process.environ().get(MARK) == str(folder):
        return True
    return process.name() == "postgres" and Path(process.cwd()).is_relative_to(folder)
