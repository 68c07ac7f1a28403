"""Ask the machine about processes, and have them stand still or end."""

import contextlib
import functools
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """One process, at the moment of a look at all of them."""

    parent: int
    cpu_seconds: float
    """What it used so far, with its children that ended."""


def every_process() -> dict[int, Process]:
    """Return every process of this machine by its pid.

    One pass over all of them costs less than asking for the children of a few.
    """
    if not (PROC / "self" / "stat").exists():
        return _every_process_elsewhere()
    ticks = os.sysconf("SC_CLK_TCK")
    found = {}
    for name in os.listdir(PROC):  # noqa: PTH208 - strings will do, and there are many
        if name.isdecimal():
            with contextlib.suppress(OSError, ValueError, IndexError):
                # The name in brackets may hold anything; what follows it are numbers.
                words = read_bytes(f"/proc/{name}/stat").rpartition(b")")[2].split()
                used = sum(map(int, words[11:15]))
                found[int(name)] = Process(int(words[1]), used / ticks)
    return found


def _every_process_elsewhere() -> dict[int, Process]:
    found = {}
    for process in psutil.process_iter(["ppid", "cpu_times"]):
        times = process.info["cpu_times"]
        used = times.user + times.system if times else 0.0
        found[process.pid] = Process(process.info["ppid"] or 0, used)
    return found


def families(heads: Iterable[int], processes: Mapping[int, Process]) -> dict[int, list[int]]:
    """Return each of *heads* with all that descends from it; nobody where it has gone."""
    children: dict[int, list[int]] = {}
    for pid, process in processes.items():
        children.setdefault(process.parent, []).append(pid)
    return {head: _family(head, children) if head in processes else [] for head in heads}


def _family(head: int, children: Mapping[int, list[int]]) -> list[int]:
    family = [head]
    for pid in family:
        family += children.get(pid, [])
    return family


def read_bytes(path: str, size: int = 4096) -> bytes:
    """Return the beginning of a small file, with as few calls as there can be."""
    file = os.open(path, os.O_RDONLY)
    try:
        return os.read(file, size)
    finally:
        os.close(file)


def children_of(pid: int, *, recursive: bool = True) -> list[int]:
    """Return the children of *pid*; none where it has gone."""
    if not _lists_children():
        return _children_elsewhere(pid, recursive=recursive)
    found = _listed_children(pid)
    if recursive:
        for child in found:
            found += _listed_children(child)
    return found


@functools.cache
def _lists_children() -> bool:
    """Return whether the kernel keeps lists of children: a look at them costs next to nothing."""
    own = PROC / "self" / "task" / str(threading.get_native_id()) / "children"
    return own.exists()


def _listed_children(pid: int) -> list[int]:
    """Return the children of *pid*, as the kernel lists them for each of its threads.

    A list that is read while somebody on it ends may lack others: so it is read until it stays.
    """
    before: list[int] | None = None
    while before != (before := _read_children(pid)):
        pass
    return before


def _read_children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - strings will do
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{pid}/task/{thread}/children").read_bytes()
                found += map(int, text.split())
    return found


def _children_elsewhere(pid: int, *, recursive: bool) -> list[int]:
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


def send_signal(pids: Iterable[int], number: int) -> None:
    """Send the signal *number* to each of *pids* that is still there."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


@contextlib.contextmanager
def standing_still(pids: Iterable[int]) -> Iterator[None]:
    """Have *pids* stand still during the block.

    Of those that end meanwhile, nobody is woken who was given the number since.

    Raises:
        psutil.AccessDenied: one of them is not ours to stop.
    """
    frozen = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            frozen.append(psutil.Process(pid))
    try:
        for process in frozen:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()
        yield
    finally:
        for process in frozen:
            with contextlib.suppress(psutil.Error):
                process.resume()


def runs(pid: int) -> bool:
    """Return whether *pid* is there and no zombie."""
    with contextlib.suppress(psutil.Error):
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    return False


def born_at(pid: int) -> float:
    """Return when *pid* started, which tells it from another of that number; 0 where it is gone."""
    with contextlib.suppress(psutil.Error):
        return float(psutil.Process(pid).create_time())
    return 0.0


def environment_of(pid: int) -> Mapping[str, str]:
    """Return the environment that *pid* was started with; nothing where nobody may know."""
    with contextlib.suppress(psutil.Error, OSError):
        return dict(psutil.Process(pid).environ())
    return {}


def is_runnable(pid: int) -> bool:
    """Return whether a thread of *pid* runs, or waits only for a processor."""
    return b"R" in states_of(pid)


def states_of(pid: int) -> set[bytes]:
    """Return in which states the threads of *pid* are: ``S`` waits, ``D`` waits for a disk."""
    states = set()
    with contextlib.suppress(OSError, IndexError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            stat = read_bytes(f"{task}/stat")
            # The name in brackets may hold anything.
            states.add(stat.rpartition(b")")[2].split()[0])
    return states


def stands_still(pids: Iterable[int]) -> bool:
    """Return whether one of *pids* was stopped by a signal."""
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            if psutil.Process(pid).status() == psutil.STATUS_STOPPED:
                return True
    return False
