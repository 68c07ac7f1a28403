"""What a supervisor says of the processes it keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from tutor.machine.command import NO_INFO, ServiceInfo


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
    info: ServiceInfo = NO_INFO
    """What its command, and whoever noted something since, tell of it."""

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Self:
        """Return what *answer* says.

        The supervisor may be that of another version: what it does not tell is as of a service
        that nobody knows, and what it tells beyond that is left aside.
        """
        info = ServiceInfo(**_known(ServiceInfo, answer.get("info", {})))
        return cls(**{**_known(cls, answer), "info": info})


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


def _known(cls: type[Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of *told* is a field of *cls*."""
    return {one.name: told[one.name] for one in fields(cls) if one.name in told}
