"""What a service is: a command, a log, and its own question for readiness."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Any, Protocol


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
        }


class Service(Protocol):
    """A program that stays up and answers."""

    name: str
    """The name in the stack, for example ``gunicorn-mine``."""
    kind: str
    """The name in ``stack.toml``, for example ``gunicorn``."""
    server: str
    port: int
    start_timeout: float
    """Seconds until it must answer."""

    def command(self) -> Command:
        """Return the command that runs it."""
        ...

    def is_ready(self) -> bool:
        """Return whether it answers."""
        ...
