"""What each service and each server of a running stack uses, seen by whoever asks.

A look takes a few milliseconds: one pass over the processes, one question to the kernel about
connections, one each to memcached and Redis.
"""

import contextlib
import os
import time
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

from tutor.base.errors import TutorError
from tutor.machine.command import ServiceInfo
from tutor.machine.processes import Process, every_process, families, read_bytes
from tutor.machine.sockets import Sockets, sockets
from tutor.machine.status import ServiceStatus
from tutor.stack.figures import READERS, HitRate
from tutor.stack.naming import SITE, TESTED
from tutor.stack.snapshot import Figures, SystemSnapshot
from tutor.stack.stack import Stack

ALL_OF_IT = 100.0
"""Percent of its share that a server can use."""
INTERVAL = 1.0
"""Seconds between two looks of who watches."""
MEMORY_EVERY = 10
"""Looks from one question for the memory to the next: it is the dearest, and changes the least."""
LONGEST = 300
"""Looks that a history remembers."""
PAGES = {"nginx": "port", "gunicorn": "port", "flower": "port", "mail": "page"}
"""By kind of service that shows itself to a browser, what its port is called."""
SHARED = ("postgres", "replica")
"""The kinds of services that every shop of a stack shares."""


@dataclass(frozen=True, slots=True)
class ServiceReading:
    """One service at one look."""

    name: str
    """In the stack, for example ``gunicorn-mine``."""
    title: str
    """In ``stack.toml``, for example ``gunicorn``."""
    site: str
    """The shop it belongs to; empty for what all of them share."""
    kind: str
    """Empty for a program that is no service, such as the load generator."""
    server: str
    port: int
    page: int
    """The port of its page for a browser; 0 where it has none."""
    pid: int
    running: bool
    stopping: bool
    """Somebody asked it to end."""
    code: int | None
    """How it ended, where it did."""
    cpu_percent: float
    """Of its server's share, since the look before; of one core where it is on no server."""
    memory_mb: float
    disk_kb_per_second: float
    figures: Figures = field(default_factory=dict)
    """What only its kind has, for example ``connections`` and their ``limit``."""


@dataclass(frozen=True, slots=True)
class ServerReading:
    """One server of one shop at one look: the sum of its services."""

    name: str
    site: str
    cpu_percent: float
    """Of its share."""
    cores: float
    """Its share of the machine: all of it where nothing holds it back now."""
    is_held: bool
    """Whether something does."""
    memory_mb: float
    disk_kb_per_second: float
    throttled_percent: float
    """Of the moments in which it ran, how many used the whole share up."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything at one look."""

    at: float
    """Seconds since the epoch."""
    services: tuple[ServiceReading, ...] = ()
    servers: tuple[ServerReading, ...] = ()

    @property
    def sites(self) -> list[str]:
        """The shops that run, each once."""
        return list(dict.fromkeys(s.site for s in self.services if s.site and s.running))

    def of_site(self, site: str) -> "Reading":
        """Return what belongs to the shop *site*, and what it shares with others."""
        services = tuple(s for s in self.services if s.site in ("", site))
        return Reading(self.at, services, tuple(s for s in self.servers if s.site == site))

    def to_json(self) -> dict[str, Any]:
        """Return the reading as plain data."""
        return {
            "at": round(self.at, 2),
            "servers": [asdict(server) for server in self.servers],
            "services": {service.name: asdict(service) for service in self.services},
        }


class Gauge:
    """Looks at a stack again and again: CPU and disk are what was used between two looks."""

    def __init__(self, stack: Stack, wanted: Collection[str] | None = None) -> None:
        self.stack = stack
        self.wanted = wanted
        """The figures that somebody looks for; None for every one, also what costs a connection."""
        self._at = time.monotonic()
        self._looks = 0
        self._cpu: dict[tuple[str, int], float] = {}
        self._disk: dict[tuple[str, int], float] = {}
        self._memory: dict[tuple[str, int], float] = {}
        self._periods: dict[str, tuple[int, int]] = {}
        self._quotas: dict[str, float | None] = {}
        self._hit_rates: dict[tuple[str, int], HitRate] = {}
        self._kept: dict[Any, Any] = {}
        """What readers of figures keep from look to look."""

    def look(self) -> Reading:
        """Return what is used by each service and server; nothing where no stack runs."""
        status = self._status()
        processes = every_process() if status else {}
        now = time.monotonic()
        seconds, self._at = max(0.01, now - self._at), now
        system = self._snapshot(processes, status)
        pids = families([s.pid for s in status.values() if s.running], processes)
        for memo in (self._cpu, self._disk, self._memory, self._hit_rates):
            _forget(memo, {(name, state.pid) for name, state in status.items()})
        found = tuple(
            self._service(name, state, pids.get(state.pid, []), system, seconds)
            for name, state in status.items()
        )
        self._looks += 1
        servers = tuple(self._servers(found, status))
        return Reading(time.time(), tuple(_in_share(one, servers) for one in found), servers)

    def _snapshot(
        self, processes: Mapping[int, Process], status: Mapping[str, ServiceStatus]
    ) -> SystemSnapshot:
        temporary = self.stack.placement.temporary
        replicas = {
            name: temporary(service.info.server) / name
            for name, service in status.items()
            if service.info.kind == "replica"
        }
        return SystemSnapshot(
            processes,
            _sockets(status),
            status,
            self.stack.folder,
            replicas,
            self._kept,
            self.wanted,
        )

    def _status(self) -> dict[str, ServiceStatus]:
        """Return what the supervisor says; nothing where there is none, or it ends just now."""
        with contextlib.suppress(TutorError):
            return self.stack.status()
        with contextlib.suppress(TutorError):
            return self.stack.status() if self.stack.find() else {}
        return {}

    def _service(
        self,
        name: str,
        state: ServiceStatus,
        pids: list[int],
        system: SystemSnapshot,
        seconds: float,
    ) -> ServiceReading:
        info, key = state.info, (name, state.pid)
        cpu = sum(system.processes[pid].cpu_seconds for pid in pids)
        disk = sum(map(_moved, pids))
        if self._looks % MEMORY_EVERY == 0 or key not in self._memory:
            self._memory[key] = sum(map(_memory, pids))
        used = max(0.0, cpu - self._cpu.get(key, cpu))
        moved = max(0.0, disk - self._disk.get(key, disk))
        self._cpu[key], self._disk[key] = cpu, disk
        return ServiceReading(
            name=name,
            title=info.title or name,
            site=info.site,
            kind=info.kind,
            server=info.server,
            port=info.port,
            page=getattr(info, PAGES[info.kind]) if info.kind in PAGES else 0,
            pid=state.pid,
            running=state.running,
            stopping=state.stopping,
            code=state.code,
            cpu_percent=round(100 * used / seconds, 1),
            memory_mb=round(self._memory[key] / 2**20, 1) if pids else 0.0,
            disk_kb_per_second=round(moved / 1024 / seconds, 1),
            figures=self._figures(key, info, pids, system),
        )

    def _figures(
        self, key: tuple[str, int], info: ServiceInfo, pids: list[int], system: SystemSnapshot
    ) -> Figures:
        reader = READERS.get(info.kind)
        if reader is None or not pids:
            return {}
        figures = reader(info, pids, system)
        if "hits" in figures:
            rate = self._hit_rates.setdefault(key, HitRate())
            figures["hit_rate"] = rate.of(figures["hits"], figures["misses"])
        return figures

    def _servers(
        self, found: Iterable[ServiceReading], status: Mapping[str, ServiceStatus]
    ) -> Iterable[ServerReading]:
        """Yield the servers of each shop; PostgreSQL counts for each that it serves.

        A server on which it is alone is the same for all: it comes once, with the shop that people
        look at. Of what was *found* the CPU is still that of one core.
        """
        services = list(found)
        sites = list(dict.fromkeys(s.site for s in services if s.site)) or [""]
        watched = next((site for site in (TESTED, SITE) if site in sites), sites[0])
        for site in sites:
            mine = [s for s in services if s.site in ("", site)]
            for server in dict.fromkeys(s.server for s in mine if s.server):
                on_it = [s for s in mine if s.server == server]
                if site != watched and not any(s.site for s in on_it):
                    continue
                infos = [status[s.name].info for s in on_it]
                # PostgreSQL is shared, so its note may be of another shop's server.
                infos.sort(key=lambda info: info.kind in SHARED)
                cgroup = infos[0].cgroup
                held_to = self._held_to(cgroup) if cgroup else infos[0].cores
                cores = held_to or os.cpu_count() or 1
                percent = sum(s.cpu_percent for s in on_it) / cores
                # The kernel counts in periods of its own, so a look may hold one more of them.
                most = ALL_OF_IT if cgroup and held_to else percent
                yield ServerReading(
                    name=server,
                    site=site,
                    cpu_percent=round(min(percent, most), 1),
                    cores=cores,
                    is_held=bool(held_to),
                    memory_mb=round(sum(s.memory_mb for s in on_it), 1),
                    disk_kb_per_second=round(sum(s.disk_kb_per_second for s in on_it), 1),
                    throttled_percent=self._throttled(cgroup),
                )

    def _held_to(self, cgroup: str) -> float | None:
        """Return the cores that *cgroup* is held to, and was at the last look; None for no limit.

        What it used while that changed is of neither: it counts as of the whole machine.
        """
        now = _quota(cgroup)
        before, self._quotas[cgroup] = self._quotas.get(cgroup, now), now
        return now if now == before else None

    def _throttled(self, cgroup: str) -> float:
        """Return the percentage of its periods that a cgroup has used up since the last look."""
        try:
            rows = map(str.split, Path(cgroup, "cpu.stat").read_text().splitlines())
            stat = {row[0]: int(row[1]) for row in rows}
            now = stat["nr_periods"], stat["nr_throttled"]
        except (OSError, ValueError, KeyError, IndexError):
            return 0.0
        before = self._periods.get(cgroup, now)
        self._periods[cgroup] = now
        periods = now[0] - before[0]
        return round(100 * (now[1] - before[1]) / periods, 1) if periods > 0 else 0.0


def _in_share(service: ServiceReading, servers: Iterable[ServerReading]) -> ServiceReading:
    """Return *service* with its CPU in percent of what its server has.

    PostgreSQL, which shops share, is on the server that holds it back.
    """
    sites = [service.site] if service.site else [server.site for server in servers]
    cores = [s.cores for s in servers if s.name == service.server and s.site in sites]
    return replace(service, cpu_percent=round(service.cpu_percent / min(cores, default=1.0), 1))


class History:
    """The newest readings, as one series per figure."""

    def __init__(self, longest: int = LONGEST) -> None:
        self.readings: deque[Reading] = deque(maxlen=longest)

    def add(self, reading: Reading) -> None:
        """Remember one more; the oldest is forgotten."""
        self.readings.append(reading)

    @property
    def newest(self) -> Reading | None:
        """The last reading; None before the first."""
        return self.readings[-1] if self.readings else None

    def of_server(self, site: str, server: str, figure: str) -> list[float]:
        """Return one figure of a server over time, the newest last."""
        return [
            float(getattr(one, figure))
            for reading in self.readings
            for one in reading.servers
            if (one.site, one.name) == (site, server)
        ]

    def of_service(self, site: str, title: str, figure: str) -> list[float]:
        """Return one figure of a service over time, the newest last; its own come by their name."""
        values = [
            getattr(one, figure, None) if figure in COMMON else one.figures.get(figure)
            for reading in self.readings
            for one in reading.services
            if one.site in ("", site) and one.title == title
        ]
        return [float(value) for value in values if isinstance(value, int | float)]


COMMON = ("cpu_percent", "memory_mb", "disk_kb_per_second")
"""The figures that every service has."""


def _quota(cgroup: str) -> float | None:
    """Return the cores that a cgroup is held to at this moment; None where it is not."""
    folder = Path(cgroup)
    with contextlib.suppress(OSError, ValueError):
        if (folder / "cpu.max").exists():
            quota, period = (folder / "cpu.max").read_text().split()
        else:
            quota = (folder / "cpu.cfs_quota_us").read_text().strip()
            period = (folder / "cpu.cfs_period_us").read_text()
        return int(quota) / int(period) if quota not in ("max", "-1") else None
    return None


def _forget(memo: dict[tuple[str, int], Any], known: set[tuple[str, int]]) -> None:
    """Remove what is remembered of services that are gone, or were started anew."""
    for key in memo.keys() - known:
        del memo[key]


def _sockets(status: Mapping[str, ServiceStatus]) -> Sockets | None:
    """Return the connections where the services are: all of a stack share one network."""
    pids = [state.pid for state in status.values() if state.running and state.info.server]
    return sockets(pids[0] if pids else 0) if status else None


def _moved(pid: int) -> float:
    """Return the bytes that a process, and its children that ended, read from and wrote to disk."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        rows = read_bytes(f"/proc/{pid}/io").split()
        return float(int(rows[rows.index(b"read_bytes:") + 1])) + float(
            int(rows[rows.index(b"write_bytes:") + 1])
        )
    return 0.0


def _memory(pid: int) -> float:
    """Return the bytes of a process, pages it shares divided among those who do."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        rows = read_bytes(f"/proc/{pid}/smaps_rollup").split()
        return float(rows[rows.index(b"Pss:") + 1]) * 1024
    if os.name == "posix" and not Path("/proc/self/smaps_rollup").exists():
        with contextlib.suppress(psutil.Error):
            return float(psutil.Process(pid).memory_info().rss)
    return 0.0
