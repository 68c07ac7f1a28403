"""What each server of a shop uses, sampled without disturbing it."""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import psutil

from tutor.base.background import Background
from tutor.stack.site import Site

INTERVAL = 1.0
"""Seconds between two samples: often enough to watch, and under two per cent of a core."""


@dataclass(frozen=True, slots=True)
class ServerSample:
    """What one server used since the sample before."""

    server: str
    second: float
    """Since the monitor began."""
    cpu_percent: float
    """Of the server's share; of one core where servers are not limited."""
    memory_mb: float
    disk_kb_per_second: float
    throttled_percent: float
    """Of the periods, how many used the whole share up."""


@dataclass
class ServerTotals:
    """Running totals of one server, to take differences of."""

    at: float = 0.0
    cpu: float | None = None
    """None before the first look."""
    periods: int = 0
    throttled: int = 0
    by_process: dict[int, tuple[float, float]] = field(default_factory=dict)
    """By pid, the CPU seconds and bytes at the last look."""


class Monitor:
    """Samples the servers of one shop in a thread of its own."""

    def __init__(self, site: Site, seen: Callable[[ServerSample], None]) -> None:
        self.site = site
        self.history: list[ServerSample] = []
        self._seen = seen
        self._began = time.monotonic()
        self._accounts: dict[str, ServerTotals] = {}
        self._watch = Background("monitor", self._run)

    def __enter__(self) -> Self:
        """Begin."""
        self._look()
        self._watch.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        place: TracebackType | None,
    ) -> None:
        """End.

        Raises:
            TutorError: it had ended before: what the servers used is not known.
        """
        self._watch.__exit__(kind, error, place)

    def mean_cpu(self, server: str) -> float:
        """Return the mean CPU of *server* in percent; 0 where it was never sampled."""
        values = [sample.cpu_percent for sample in self.history if sample.server == server]
        return sum(values) / len(values) if values else 0.0

    def _run(self, over: threading.Event) -> None:
        while not over.wait(INTERVAL):
            # A service may end between two looks; then the next look knows.
            with contextlib.suppress(OSError, psutil.Error, KeyError):
                for sample in self._look():
                    self.history.append(sample)
                    self._seen(sample)

    def _look(self) -> list[ServerSample]:
        """Return what each server used since the last look."""
        now = time.monotonic()
        return [
            self._look_at(server, pids, now) for server, pids in self.site.servers.pids().items()
        ]

    def _look_at(self, server: str, pids: list[int], now: float) -> ServerSample:
        account = self._accounts.setdefault(server, ServerTotals(at=now))
        cpu, disk, memory = _used_since(account, pids)
        share = self.site.servers.shares.get(server)
        usage = share.usage() if share else None
        throttled = 0.0
        if usage is not None:
            cpu = 0.0 if account.cpu is None else usage.cpu_seconds - account.cpu
            periods = usage.periods - account.periods
            throttled = 100 * (usage.throttled - account.throttled) / periods if periods else 0.0
            account.cpu = usage.cpu_seconds
            account.periods, account.throttled = usage.periods, usage.throttled
        seconds = now - account.at
        account.at = now
        cores = share.cores if share else 1.0
        return ServerSample(
            server=server,
            second=round(now - self._began, 2),
            cpu_percent=round(100 * cpu / seconds / cores, 1) if seconds > 0 else 0.0,
            memory_mb=round(memory / 2**20, 1),
            disk_kb_per_second=round(disk / 1024 / seconds, 1) if seconds > 0 else 0.0,
            throttled_percent=round(throttled, 1),
        )


def _used_since(account: ServerTotals, pids: list[int]) -> tuple[float, float, float]:
    """Return CPU seconds, bytes written and read, and bytes of memory of these processes."""
    cpu = disk = memory = 0.0
    seen: dict[int, tuple[float, float]] = {}
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            with process.oneshot():
                times, mem = process.cpu_times(), process.memory_info()
                io = process.io_counters() if hasattr(process, "io_counters") else None
            used = times.user + times.system
            moved = float(io.read_bytes + io.write_bytes) if io else 0.0
            before = account.by_process.get(pid, (used, moved))
            cpu += used - before[0]
            disk += moved - before[1]
            memory += mem.rss - getattr(mem, "shared", 0)
            seen[pid] = (used, moved)
    account.by_process = seen
    return cpu, disk, memory
