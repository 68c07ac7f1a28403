"""What a service is: a command, a log, and its own question for readiness."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import psutil

from tutor.machine.command import Command, ServiceInfo
from tutor.machine.ports import LOOPBACK

GIGABYTE = 2**30


def memory_of_shop() -> int:
    """Return the bytes of data that one process of the shop's own code may have.

    A worker takes 100 MB, and each of up to 200 threads reserves 8 MB more. What takes everything
    would have the kernel end whoever it likes, and here the shop is told where it was: before the
    page is given up, and a slow machine takes seconds for each GB.
    """
    return min(5 * GIGABYTE // 2, max(GIGABYTE, psutil.virtual_memory().total // 2))


@dataclass(frozen=True, slots=True)
class ServiceContext:
    """Where one service of one shop runs, and what it may know."""

    site: str
    """The shop it belongs to, for example ``mine``."""
    kind: str
    """What it is, for example ``worker``."""
    title: str
    """Its name in ``stack.toml``, for example ``worker-slow``."""
    server: str
    port: int
    folder: Path
    """Its own folder, for configuration and data."""
    log: Path
    shop: Path
    """The shop's files."""
    env: Mapping[str, str]
    """The environment of the shop's processes, with every address."""
    settings: Mapping[str, Any]
    """What ``stack.toml`` says about it."""
    ports: Mapping[str, int]
    """The ports of this shop's services by kind."""
    replicas: Mapping[str, int] = field(default_factory=dict)
    """The ports of PostgreSQL's replicas by name."""
    explore: bool = False
    listen: str = LOOPBACK
    """The address to listen on."""

    @property
    def name(self) -> str:
        """Return the name in the stack, for example ``worker-slow-mine``."""
        return f"{self.title}-{self.site}"

    @property
    def info(self) -> ServiceInfo:
        """Return what ``tutor stack status`` shows."""
        return ServiceInfo(
            kind=self.kind, site=self.site, title=self.title, server=self.server, port=self.port
        )


class Service(Protocol):
    """A program that stays up and answers."""

    name: str
    """The name in the stack, for example ``gunicorn-mine``."""
    title: str
    """The name in ``stack.toml``, for example ``gunicorn``."""
    kind: str
    """What it is, for example ``gunicorn``."""
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


class ShopService:
    """A service that knows its context."""

    start_timeout = 15.0

    def __init__(self, context: ServiceContext) -> None:
        self.context = context
        self.name = context.name
        self.title = context.title
        self.kind = context.kind
        self.server = context.server
        self.port = context.port

    def command(self) -> Command:
        """Return the command that runs it."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Return whether it answers."""
        raise NotImplementedError

    def run(self, *argv: str, **options: Any) -> Command:
        """Return the command that runs *argv* in this context."""
        context = self.context
        options = {"cwd": context.folder, "env": context.env, "info": context.info, **options}
        return Command(name=context.name, argv=argv, log=context.log, **options)

    def write(self, name: str, text: str) -> Path:
        """Write a configuration file into the service's own folder and return its path."""
        path = self.context.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path
