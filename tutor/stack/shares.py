"""A server's share of the machine, and what it used of it."""

import contextlib
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")
OURS = "levelup"
PERIOD = 50_000
"""Microseconds over which a quota counts: short, so that a share feels like a slower machine."""


class Means(StrEnum):
    """How a share is held to."""

    CGROUP_V1 = "cgroup v1 quotas"
    CGROUP_V2 = "cgroup v2 quotas"
    AFFINITY = "CPU affinity"
    NONE = "nothing: servers are names only"


def means() -> Means:
    """Return how shares are held to on this machine."""
    if os.access(CGROUP / "cpu" / "cgroup.procs", os.W_OK) and (CGROUP / "cpuacct").is_dir():
        return Means.CGROUP_V1
    controllers = CGROUP / "cgroup.controllers"
    if os.access(CGROUP / "cgroup.subtree_control", os.W_OK) and controllers.is_file():
        return Means.CGROUP_V2
    return Means.AFFINITY if hasattr(os, "sched_setaffinity") else Means.NONE


@dataclass(frozen=True, slots=True)
class Usage:
    """What a share used since it was made."""

    cpu_seconds: float
    periods: int
    """Periods in which anything ran."""
    throttled: int
    """Of these, the ones in which the quota was used up."""


class Share:
    """The share of one server."""

    def __init__(self, stack: str, server: str, cpu: float, place: int) -> None:
        self.server = server
        self.cpu = cpu
        """Cores."""
        self.means = means()
        self._name = Path(OURS, stack, server)
        self._core = place % (os.cpu_count() or 1)

    @property
    def cgroups(self) -> tuple[str, ...]:
        """The cgroups a process joins to run on this server."""
        if self.means is Means.CGROUP_V1:
            return tuple(str(CGROUP / part / self._name) for part in ("cpu", "cpuacct"))
        if self.means is Means.CGROUP_V2:
            return (str(CGROUP / self._name),)
        return ()

    @property
    def affinity(self) -> tuple[int, ...]:
        """The cores a process stays on, where there are no cgroups."""
        return (self._core,) if self.means is Means.AFFINITY else ()

    def make(self) -> None:
        """Make the cgroups with their quotas."""
        quota = int(self.cpu * PERIOD)
        for path in map(Path, self.cgroups):
            path.mkdir(parents=True, exist_ok=True)
        if self.means is Means.CGROUP_V1:
            cpu = Path(self.cgroups[0])
            (cpu / "cpu.cfs_period_us").write_text(str(PERIOD))
            (cpu / "cpu.cfs_quota_us").write_text(str(quota))
        elif self.means is Means.CGROUP_V2:
            self._enable_controllers()
            Path(self.cgroups[0], "cpu.max").write_text(f"{quota} {PERIOD}")

    def move(self, pids: list[int]) -> None:
        """Move running processes onto this server."""
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, OSError):
                for path in self.cgroups:
                    Path(path, "cgroup.procs").write_text(str(pid))
                if self.affinity:
                    os.sched_setaffinity(pid, self.affinity)

    def usage(self) -> Usage | None:
        """Return what was used so far; None where the machine keeps no account."""
        if self.means is Means.CGROUP_V1:
            cpu, account = map(Path, self.cgroups)
            stat = _pairs(cpu / "cpu.stat")
            seconds = int((account / "cpuacct.usage").read_text()) / 1e9
        elif self.means is Means.CGROUP_V2:
            stat = _pairs(Path(self.cgroups[0], "cpu.stat"))
            seconds = stat["usage_usec"] / 1e6
        else:
            return None
        return Usage(seconds, stat["nr_periods"], stat["nr_throttled"])

    def quota(self) -> float | None:
        """Return the cores that are in force now; None where nothing holds to them."""
        if self.means is Means.CGROUP_V1:
            return int(Path(self.cgroups[0], "cpu.cfs_quota_us").read_text()) / PERIOD
        if self.means is Means.CGROUP_V2:
            quota, period = Path(self.cgroups[0], "cpu.max").read_text().split()
            return int(quota) / int(period)
        return None

    def _enable_controllers(self) -> None:
        """Let the folders above hand the CPU controller down."""
        for folder in reversed(Path(self.cgroups[0]).parents):
            if folder.is_relative_to(CGROUP) and folder != CGROUP.parent:
                with contextlib.suppress(OSError):
                    (folder / "cgroup.subtree_control").write_text("+cpu")


def let_go(pids: list[int]) -> None:
    """Move processes back to the whole machine."""
    roots = {Means.CGROUP_V1: ("cpu", "cpuacct"), Means.CGROUP_V2: ("",)}.get(means(), ())
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, OSError):
            for root in roots:
                (CGROUP / root / "cgroup.procs").write_text(str(pid))
            if means() is Means.AFFINITY:
                os.sched_setaffinity(pid, range(os.cpu_count() or 1))


def remove_shares(stack: str) -> None:
    """Remove the cgroups of a stack that has ended."""
    for root in (CGROUP / "cpu", CGROUP / "cpuacct", CGROUP):
        folder = root / OURS / stack
        if folder.is_dir():
            for path in [*(p for p in folder.iterdir() if p.is_dir()), folder]:
                with contextlib.suppress(OSError):
                    path.rmdir()
            with contextlib.suppress(OSError):
                folder.parent.rmdir()


def _pairs(path: Path) -> dict[str, int]:
    """Return the numbers of a file with a name and a number per line."""
    return {name: int(value) for name, value in map(str.split, path.read_text().splitlines())}
