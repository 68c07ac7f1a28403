"""What each service and each server of a running stack uses, seen by whoever asks."""

import contextlib
import time
from typing import Any

import psutil

from tutor.stack.processes import children_of, seconds_of
from tutor.stack.stack import Stack


class Gauge:
    """Looks at a stack again and again: CPU is what was used between two looks."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._at = time.monotonic()
        self._before: dict[str, float] = {}

    def look(self) -> dict[str, dict[str, Any]]:
        """Return what the supervisor knows of each service, with ``cpu_percent`` of a core since
        the last look and ``memory_mb``; nothing where no stack runs.
        """
        services = self.stack.status() if self.stack.find() else {}
        now, used = time.monotonic(), {}
        for name, service in services.items():
            pids = [service["pid"], *children_of(service["pid"])] if service["running"] else []
            used[name] = seconds_of(pids)
            seconds = used[name] - self._before.get(name, used[name])
            service["cpu_percent"] = round(100 * max(0.0, seconds) / max(0.01, now - self._at), 1)
            service["memory_mb"] = round(sum(map(_memory, pids)), 1)
        self._at, self._before = now, used
        return services


def by_server(services: dict[str, dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Return the sums of each server, of what a gauge saw."""
    servers: dict[str, dict[str, float]] = {}
    for service in services.values():
        if server := service["info"].get("server"):
            sums = servers.setdefault(server, {"cpu_percent": 0.0, "memory_mb": 0.0})
            for key in sums:
                sums[key] = round(sums[key] + service[key], 1)
    return servers


def _memory(pid: int) -> float:
    """Return the megabytes of a process, pages it shares counted once among those who do."""
    with contextlib.suppress(psutil.Error):
        full = psutil.Process(pid).memory_full_info()
        return float(getattr(full, "pss", 0) or full.uss) / 2**20
    return 0.0
