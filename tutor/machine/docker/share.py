"""A container's limits, and what it used."""

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tutor.machine.shares import CGROUP, PERIOD, Mechanism, Share


class ContainerShare(Share):
    """The share of one server: a container that was made already."""

    def __init__(
        self, container: Any, pid: int, server: str, cpu: float, memory: int | None
    ) -> None:
        self.server = server
        self.cpu = cpu
        self.memory = memory
        """Megabytes; None for as much as the machine gives."""
        self._container = container
        self._cgroups = _cgroups_of(pid)
        mechanism = {0: Mechanism.NONE, 1: Mechanism.CGROUP_V2, 2: Mechanism.CGROUP_V1}
        self.mechanism = mechanism[len(self._cgroups)]

    @property
    def cores(self) -> float:
        """The cores it can use at most: what 100 % of it are."""
        return self.cpu

    @property
    def cgroups(self) -> tuple[str, ...]:
        """The container's cgroups, to be read in."""
        return self._cgroups

    @property
    def joined(self) -> tuple[str, ...]:
        """None: what starts in the container is in its cgroup."""
        return ()

    def hold(self) -> None:
        """Put the limits in force."""
        limits: dict[str, Any] = {"cpu_period": PERIOD, "cpu_quota": int(self.cpu * PERIOD)}
        if self.memory:
            limits |= {"mem_limit": self.memory * 2**20, "memswap_limit": self.memory * 2**20}
        self._container.update(**limits)

    def free(self) -> None:
        """Lift the CPU's limit."""
        self._container.update(cpu_quota=-1)

    def move(self, pids: Iterable[int]) -> None:
        """Move nothing: a process stays in its container."""

    def strays(self, pids: Iterable[int]) -> list[int]:
        """Return none: a process stays in its container."""
        return []


def _cgroups_of(pid: int) -> tuple[str, ...]:
    """Return where this machine keeps account of the container in which *pid* is."""
    found: dict[str, Path] = {}
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
            number, controllers, path = line.split(":", 2)
            for controller in controllers.split(",") if number != "0" else ["unified"]:
                root = CGROUP if controller == "unified" else CGROUP / controller
                found[controller] = root / path.lstrip("/")
    for wanted in (("cpu", "cpuacct"), ("unified",)):
        paths = [found[name] for name in wanted if name in found]
        if len(paths) == len(wanted) and all((path / "cpu.stat").is_file() for path in paths[:1]):
            return tuple(map(str, paths))
    return ()
