"""A process that a supervisor is asked to run."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Any


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """What a command tells of the service it runs: kept beside it, for whoever asks for the status.

    The machine carries it and makes nothing of it; each kind fills in what it has.
    All of it is empty for a program that is no service, such as the load generator.
    """

    kind: str = ""
    """What it is, for example ``worker``."""
    site: str = ""
    """The shop it belongs to; empty for what all of them share."""
    title: str = ""
    """Its name in ``stack.toml``, for example ``worker-slow``."""
    server: str = ""
    port: int = 0
    page: int = 0
    """The port of its page for a browser, where that is another one."""
    program: str = ""
    """What it is run with, where there is a choice: ``memcached`` or ``redis``."""
    threads: int = 1
    """Of each of gunicorn's workers."""
    queues: Sequence[str] = ()
    """Those a worker takes jobs from."""
    max_connections: int = 0
    """PostgreSQL's limit."""
    cores: float | None = None
    """The share of the machine that its server is; None where it has the whole machine."""
    cgroup: str = ""
    """Where the kernel keeps account of that share."""


NO_INFO = ServiceInfo()


@dataclass(frozen=True, slots=True)
class Command:
    """A process to be run by the supervisor."""

    name: str
    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]
    log: Path
    stop_signal: int = SIGTERM
    death_signal: int = SIGKILL
    """What the kernel sends when the supervisor is killed."""
    unprivileged: bool = False
    """Give up root: the program refuses to run with it."""
    info: ServiceInfo = NO_INFO
    """What ``tutor stack status`` shows beside it."""
    cgroups: tuple[str, ...] = ()
    """The cgroups to join before the program starts: its server's share of the machine."""
    affinity: tuple[int, ...] = ()
    """The cores to stay on, where there are no cgroups; empty for all."""
    outside: bool = False
    """Runs where visitors are: on this machine, never on a server."""
    memory: int = 0
    """Bytes of data that each of its processes may have, where the kernel counts; 0 for all."""

    def to_spec(self) -> dict[str, Any]:
        """Return the request that starts the command."""
        return {
            "name": self.name,
            "argv": list(self.argv),
            "cwd": str(self.cwd),
            "env": dict(self.env),
            "log": str(self.log),
            "stop_signal": int(self.stop_signal),
            "death_signal": int(self.death_signal),
            "unprivileged": self.unprivileged,
            "info": asdict(self.info),
            "cgroups": list(self.cgroups),
            "affinity": list(self.affinity),
            "memory": self.memory,
        }
