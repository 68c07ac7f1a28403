"""A server's share of the machine, and what it used of it."""

import contextlib
import hashlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from tutor.machine.processes import runs
from tutor.machine.programs import is_hidden

CGROUP = Path("/sys/fs/cgroup")
OURS = "levelup"
PERIOD = 50_000
"""Microseconds over which a quota counts: short, so that a share feels like a slower machine."""
WEIGHT_V1, WEIGHT_V2 = 65_536, 6_400
"""64 times the usual: what a server has of the machine, it has, whatever else runs there.

The quota bounds it from above; without a weight, neighbours would from below.
"""
BUSY_RETRIES = 20
"""How often, every hundredth of a second, an empty cgroup is asked to go: the dead leave late."""


class Mechanism(StrEnum):
    """How a share is held to."""

    CGROUP_V1 = "cgroup v1 quotas"
    CGROUP_V2 = "cgroup v2 quotas"
    AFFINITY = "CPU affinity"
    NONE = "nothing: servers are names only"


@cache
def mechanism() -> Mechanism:
    """Return how shares are held to on this machine: tried out, for rights alone do not tell.

    ``LEVELUP_WITHOUT`` hides ``cgroups`` and ``affinity`` as it hides programs.
    """
    for candidate in (Mechanism.CGROUP_V1, Mechanism.CGROUP_V2):
        if not is_hidden("cgroups") and _works(candidate):
            return candidate
    affinity = hasattr(os, "sched_setaffinity") and not is_hidden("affinity")
    return Mechanism.AFFINITY if affinity else Mechanism.NONE


@dataclass(frozen=True, slots=True)
class Usage:
    """What a share used since it was made."""

    cpu_seconds: float
    periods: int
    """Periods in which anything ran, while the quota was in force."""
    throttled: int
    """Of these, the ones in which the quota was used up."""


class Share:
    """The share of one server of one shop."""

    def __init__(
        self, stack: Path, server: str, cpu: float, place: int = 0, kind: Mechanism | None = None
    ) -> None:
        self.server = server
        self.cpu = cpu
        """The cores it is meant to have."""
        self.mechanism = kind or mechanism()
        self._name = Path(folder_name(stack), server)
        self._place = place

    @property
    def cores(self) -> float:
        """The cores it can use at most: what 100 % of it are."""
        return 1.0 if self.mechanism is Mechanism.AFFINITY else self.cpu

    @property
    def cgroups(self) -> tuple[str, ...]:
        """The cgroups a process joins to run on this server."""
        return tuple(str(root / self._name) for root in roots(self.mechanism))

    @property
    def joined(self) -> tuple[str, ...]:
        """The cgroups that a program joins as it starts."""
        return self.cgroups

    @property
    def affinity(self) -> tuple[int, ...]:
        """The cores a process stays on, where there are no cgroups."""
        if self.mechanism is not Mechanism.AFFINITY:
            return ()
        return (cores()[self._place % len(cores())],)

    def make(self) -> None:
        """Make the cgroups, with nothing held back yet."""
        for root, path in zip(roots(self.mechanism), map(Path, self.cgroups), strict=True):
            path.mkdir(parents=True, exist_ok=True)
            between = [path, *path.parents][: len(path.relative_to(root).parts) + 1]
            if self.mechanism is Mechanism.CGROUP_V2:
                for folder in [root.parent, *reversed(between[1:])]:
                    _write(folder / "cgroup.subtree_control", "+cpu")
            for folder in between:
                _write(folder / "cpu.shares", WEIGHT_V1)
                _write(folder / "cpu.weight", WEIGHT_V2)
        self.free()

    def hold(self) -> None:
        """Put the quota in force."""
        self._limit(int(self.cpu * PERIOD))

    def free(self) -> None:
        """Lift the quota."""
        self._limit(None)

    def move(self, pids: Iterable[int]) -> None:
        """Move running processes onto this server."""
        _move(pids, self.cgroups, self.affinity)

    def pids(self) -> set[int]:
        """Return the processes on this server; none where only their affinity says so."""
        found = [_pids(Path(path)) for path in self.cgroups]
        return set.intersection(*found) if found else set()

    def strays(self, pids: Iterable[int]) -> list[int]:
        """Return those of *pids* that run, and not on this server."""
        if self.mechanism is Mechanism.AFFINITY:
            return [pid for pid in pids if not _stays(pid, self.affinity)]
        inside = self.pids()
        outside = [pid for pid in pids if pid not in inside] if self.cgroups else []
        # Of cgroups v1 the kernel first counts the tasks and then lists as many: where one forks
        # in between, another is missing in the list. What a process says of itself is true.
        return [pid for pid in outside if runs(pid) and not self.has(pid)]

    def has(self, pid: int) -> bool:
        """Return whether *pid* is on this server, as the kernel says of it; or it ended."""
        try:
            if self.mechanism is Mechanism.AFFINITY:
                return _stays(pid, self.affinity)
            lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
        except OSError:
            return True
        joined: dict[str, str] = {}
        for line in lines:
            number, controllers, path = line.split(":", 2)
            joined |= dict.fromkeys(controllers.split(",") if number != "0" else [""], path)
        # The path is that below the root of a namespace, which may begin deeper than ours.
        return all(
            len(own := joined.get(_controller(path), "/")) > 1 and path.endswith(own)
            for path in self.cgroups
        )

    def usage(self) -> Usage | None:
        """Return what was used so far; None where the machine keeps no account."""
        if self.mechanism is Mechanism.CGROUP_V1:
            cpu, account = map(Path, self.cgroups)
            stat = _pairs(cpu / "cpu.stat")
            seconds = int((account / "cpuacct.usage").read_text()) / 1e9
        elif self.mechanism is Mechanism.CGROUP_V2:
            stat = _pairs(Path(self.cgroups[0], "cpu.stat"))
            seconds = stat["usage_usec"] / 1e6
        else:
            return None
        return Usage(seconds, stat["nr_periods"], stat["nr_throttled"])

    def quota(self) -> float | None:
        """Return the cores that are in force now; None where nothing holds to them."""
        if self.mechanism is Mechanism.CGROUP_V1:
            cpu = Path(self.cgroups[0])
            quota, period = (cpu / f"cpu.cfs_{name}_us" for name in ("quota", "period"))
            limit, span = quota.read_text().strip(), period.read_text()
        elif self.mechanism is Mechanism.CGROUP_V2:
            limit, span = Path(self.cgroups[0], "cpu.max").read_text().split()
        else:
            return None
        return None if limit in ("-1", "max") else int(limit) / int(span)

    def _limit(self, quota: int | None) -> None:
        if self.mechanism is Mechanism.CGROUP_V1:
            cpu = Path(self.cgroups[0])
            (cpu / "cpu.cfs_period_us").write_text(str(PERIOD))
            (cpu / "cpu.cfs_quota_us").write_text(str(-1 if quota is None else quota))
        elif self.mechanism is Mechanism.CGROUP_V2:
            limit = "max" if quota is None else str(quota)
            Path(self.cgroups[0], "cpu.max").write_text(f"{limit} {PERIOD}")


def cores() -> list[int]:
    """Return the cores we may use; none where processes cannot be bound to one."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def bind(pids: Iterable[int], to: Iterable[int]) -> None:
    """Bind running processes to these cores."""
    _move(pids, (), to)


def folder_name(stack: Path) -> str:
    """Return the name of a stack's folder of cgroups: two stacks never share one."""
    return hashlib.sha256(str(stack.absolute()).encode()).hexdigest()[:16]


def roots(kind: Mechanism) -> tuple[Path, ...]:
    """Return the folders that hold the cgroups of every stack."""
    if kind is Mechanism.CGROUP_V1:
        return (CGROUP / "cpu" / OURS, CGROUP / "cpuacct" / OURS)
    return (_base_v2() / OURS,) if kind is Mechanism.CGROUP_V2 else ()


def let_go(stack: Path, pids: Iterable[int]) -> None:
    """Give processes that run on a server of *stack* the whole machine back."""
    kind = mechanism()
    if kind is Mechanism.AFFINITY:
        bind(pids, cores())
    for root in roots(kind):
        held = {pid for folder in _servers(root / folder_name(stack)) for pid in _pids(folder)}
        home = (
            _home(CGROUP, "")
            if kind is Mechanism.CGROUP_V2
            else _home(root.parent, root.parent.name)
        )
        _move(held.intersection(pids), (str(home),), ())


def pids_on_servers(stack: Path) -> set[int]:
    """Return the processes on any server of *stack*, as far as cgroups tell."""
    folders = [
        folder for root in roots(mechanism()) for folder in _servers(root / folder_name(stack))
    ]
    return set().union(*map(_pids, folders))


def remove_shares(stack: Path) -> None:
    """Remove the cgroups of a stack that has ended."""
    kinds = (Mechanism.CGROUP_V1, Mechanism.CGROUP_V2)
    for root in {root for kind in kinds for root in roots(kind)}:
        remove_cgroups(root / folder_name(stack))


def remove_cgroups(folder: Path) -> None:
    """Remove a stack's folder of cgroups; what ran there has ended, or is just ending."""
    for path in [*_servers(folder), *([folder] if folder.is_dir() else [])]:
        for _ in range(BUSY_RETRIES):
            with contextlib.suppress(OSError):
                path.rmdir()
            if not path.exists():
                break
            time.sleep(0.01)
    with contextlib.suppress(OSError):
        folder.parent.rmdir()


def _servers(folder: Path) -> list[Path]:
    """Return the cgroups of a stack; none where it ends while we look."""
    with contextlib.suppress(OSError):
        return [path for path in folder.iterdir() if path.is_dir()]
    return []


def _works(kind: Mechanism) -> bool:
    """Return whether a quota of this kind can be set here."""
    if not all(root.parent.is_dir() and os.access(root.parent, os.W_OK) for root in roots(kind)):
        return False
    probe = Share(Path(f"/probe-{os.getpid()}"), "server", 1.0, kind=kind)
    try:
        probe.make()
        probe.hold()
        return probe.quota() == probe.cpu and probe.usage() is not None
    except (OSError, KeyError, ValueError):
        return False
    finally:
        for path in probe.cgroups:
            remove_cgroups(Path(path).parent)


def _controller(path: str) -> str:
    """Return whose cgroup *path* is; empty for the one tree of all of them."""
    first = Path(path).relative_to(CGROUP).parts[0]
    return first if first in ("cpu", "cpuacct") else ""


def _base_v2() -> Path:
    """Return the folder below which our cgroups go: the topmost that is ours to divide.

    For root that is the whole tree; a desktop hands a part of it to each of its users.
    """
    own = _home(CGROUP, "")
    for folder in [CGROUP, *reversed(own.parents), own]:
        control = folder / "cgroup.subtree_control"
        if folder.is_relative_to(CGROUP) and os.access(control, os.W_OK):
            with contextlib.suppress(OSError):
                if "cpu" in (folder / "cgroup.controllers").read_text().split():
                    return folder
    return CGROUP


def _home(root: Path, controller: str) -> Path:
    """Return the cgroup below *root* that this process is in, as it was started."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controller in controllers.split(","):
                home = root / path.lstrip("/")
                return home if home.is_dir() else root
    return root


def _move(pids: Iterable[int], cgroups: Iterable[str], to: Iterable[int]) -> None:
    to = tuple(to)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, OSError):
            for path in cgroups:
                Path(path, "cgroup.procs").write_text(str(pid))
            if to:
                os.sched_setaffinity(pid, to)


def _stays(pid: int, on: Iterable[int]) -> bool:
    """Return whether a process stays on these cores; one that has ended does."""
    try:
        return os.sched_getaffinity(pid) <= set(on)
    except ProcessLookupError:
        return True


def _write(path: Path, value: object) -> None:
    """Write to a file that this machine may not have."""
    with contextlib.suppress(OSError):
        if path.exists():
            path.write_text(str(value))


def _pids(folder: Path) -> set[int]:
    """Return the processes in a cgroup."""
    with contextlib.suppress(OSError):
        return {int(pid) for pid in (folder / "cgroup.procs").read_text().split()}
    return set()


def _pairs(path: Path) -> dict[str, int]:
    """Return the numbers of a file with a name and a number per line."""
    return {name: int(value) for name, value in map(str.split, path.read_text().splitlines())}
