"""Ask the machine about processes."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

import psutil


def children_of(pid: int, *, recursive: bool = True) -> list[int]:
    """Return the children of *pid*; none where it has gone."""
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=recursive)]
    except (psutil.Error, ValueError):
        return []


def seconds_of(pids: Iterable[int]) -> float:
    """Return the CPU seconds these processes used, with those of their children that ended."""
    total = 0.0
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            times = psutil.Process(pid).cpu_times()
            ended = getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
            total += ended + (_to_the_nanosecond(pid) or times.user + times.system)
    return total


def _to_the_nanosecond(pid: int) -> float:
    """Return the CPU seconds of a process's threads; 0 where the kernel only counts in ticks."""
    with contextlib.suppress(OSError, ValueError):
        threads = Path(f"/proc/{pid}/task").iterdir()
        return sum(int((t / "schedstat").read_text().split()[0]) for t in threads) / 1e9
    return 0.0


def runs(pid: int) -> bool:
    """Return whether *pid* is there and no zombie."""
    with contextlib.suppress(psutil.Error):
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    return False
