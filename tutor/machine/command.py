"""A process that a supervisor is asked to run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Any


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
    info: Mapping[str, Any] = field(default_factory=dict)
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
            "info": dict(self.info),
            "cgroups": list(self.cgroups),
            "affinity": list(self.affinity),
            "memory": self.memory,
        }
