"""Small tools of several tests."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from tutor.machine.leftovers import MARK


def wait_until(condition: Callable[[], Any], *, timeout: float = 10.0) -> bool:
    """Wait until *condition* holds; return whether it did within *timeout* seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def runs(pid: int) -> bool:
    """Return whether the process *pid* is there and no zombie."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def marked_processes(folder: Path) -> list[psutil.Process]:
    """Return the processes that belong to a stack below *folder*."""
    found = []
    for process in psutil.process_iter():
        try:
            mark = process.environ().get(MARK, "")
            if mark and Path(mark).is_relative_to(folder) and runs(process.pid):
                found.append(process)
        except psutil.Error:
            continue
    return found


def command_line(process: psutil.Process) -> str:
    """Return what *process* runs, so that a failure says more than its number."""
    try:
        return f"{process.pid}: {' '.join(process.cmdline())}"
    except psutil.Error as error:
        return str(error)


def fill_disk(folder: Path, *, leave: int = 0) -> None:
    """Write to *folder* until its disk is full but for *leave* bytes."""
    path = folder / "ballast"
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            pass
    with path.open("r+b") as file:
        file.truncate(max(0, path.stat().st_size - leave))
