"""What a supervisor says of the processes it keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service as its supervisor knows it; with nothing given, one that no supervisor knows."""

    pid: int = 0
    """Of its first process, also after its end; 0 where there was none."""
    running: bool = False
    code: int | None = None
    """How it ended: an exit code, or a signal's number below zero; None where it did not."""
    stopping: bool = False
    """Somebody asked it to end."""
    started: float = 0.0
    """When, in seconds since the epoch."""
    log: str = ""
    """The file it writes to."""
    info: Mapping[str, Any] = field(default_factory=dict)
    """What its command, and whoever noted something since, tell of it: its kind, its port."""

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Self:
        """Return what *answer* says.

        The supervisor may be that of another version: what it does not tell is as of a service
        that nobody knows, and what it tells beyond that is left aside.
        """
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in answer.items() if name in known})


UNKNOWN_SERVICE = ServiceStatus()
"""A service that no supervisor knows: it was never started, or somebody stopped it."""


@dataclass(frozen=True, slots=True)
class SupervisorStatus:
    """A supervisor, and all that it keeps."""

    pid: int
    services: dict[str, ServiceStatus]
    """By name, in the order in which they were started."""
    children: tuple[int, ...]
    """Its direct children, those included that services left behind."""

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Self:
        """Return what *answer* says."""
        services = {
            name: ServiceStatus.from_json(state) for name, state in answer["services"].items()
        }
        return cls(answer["pid"], services, tuple(answer["children"]))
