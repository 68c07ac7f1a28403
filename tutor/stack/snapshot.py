"""What one look at the machine found, for those who read figures off it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tutor.machine.processes import Process
from tutor.machine.sockets import Sockets
from tutor.machine.status import ServiceStatus

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SystemSnapshot:
    """What one look at the machine found."""

    processes: Mapping[int, Process]
    sockets: Sockets | None
    services: Mapping[str, ServiceStatus]
    """What the supervisor knows of each service."""
    folder: Path
    """The stack's own."""
    replicas: Mapping[str, Path] = field(default_factory=dict)
    """By name, where each replica of PostgreSQL has its data."""
    memory: dict[Any, Any] = field(default_factory=dict)
    """What a reader keeps from one look to the next, under a key of its own."""
    wanted: Collection[str] | None = None
    """The figures that somebody looks for, as a level names them; None for every one."""

    def wants(self, figure: str) -> bool:
        """Return whether somebody looks for *figure*; some cost a connection."""
        return self.wanted is None or figure in self.wanted
