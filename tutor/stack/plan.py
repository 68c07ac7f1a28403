"""What ``stack.toml`` says: which services run on which server."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.base.errors import ShopError, TutorError
from tutor.base.tables import TomlTable, near
from tutor.curriculum import Machine
from tutor.stack.services.kinds import KINDS, kind_of

STACK_FILE = "stack.toml"
NEEDED = ("gunicorn", "postgres")
"""The services without which there is no shop."""
LEAST, MOST = 1, 65535
"""For every number: none may be zero, and a port can be no higher; a kind may know less."""
MOST_SERVICES = 24
"""Services that one machine can start within the time there is."""
MOST_REPLICAS = 2
"""Each is a whole copy of the data."""
LEAST_SHARE = {"cpu": 0.05, "memory": 1}
MOST_CORES, MOST_MEGABYTES = 1024, 1_048_576
"""For a server's share of the machine, whatever the level has to say of it."""


@dataclass(frozen=True, slots=True)
class ServerPlan:
    """One server: a share of the machine."""

    name: str
    services: tuple[str, ...]
    cpu: float | None = None
    """Cores; None for as much as the machine gives."""
    memory: int | None = None
    """Megabytes; None for as much as the machine gives."""


@dataclass(frozen=True, slots=True)
class StackPlan:
    """Which services run where, and how each is set."""

    servers: tuple[ServerPlan, ...]
    settings: Mapping[str, Mapping[str, Any]]

    def server_of(self, service: str) -> str:
        """Return the name of the server that runs *service*."""
        return next((s.name for s in self.servers if service in s.services), self.servers[0].name)

    @property
    def services(self) -> tuple[str, ...]:
        """Return every service, in the order in which they start."""
        order = list(KINDS)
        names = [service for server in self.servers for service in server.services]
        return tuple(sorted(names, key=lambda name: order.index(kind_of(name))))

    @property
    def replicas(self) -> tuple[str, ...]:
        """Return the replicas of PostgreSQL, in the order in which they are named."""
        return tuple(service for service in self.services if kind_of(service) == "replica")

    def of(self, service: str) -> Mapping[str, Any]:
        """Return the settings of *service*."""
        return self.settings.get(service, {})


def read_plan(path: Path, shown_as: Path | None = None) -> StackPlan:
    """Return the plan in *path*, which the learner knows as *shown_as*.

    Raises:
        ShopError: the file is missing or wrong; names the key and the nearest right one.
    """
    known = shown_as or path
    try:
        text = path.read_text(encoding="utf-8")
        return _plan(TomlTable(tomllib.loads(text), known))
    except OSError as error:
        raise _wrong(
            TutorError.named(
                "cannot_read", hint="reset_stack_file", where=known, reason=error.strerror
            )
        ) from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise _wrong(TutorError.named("not_toml", where=known, reason=error)) from error
    except TutorError as error:
        raise _wrong(error) from error


def check_servers(plan: StackPlan, machine: Machine) -> None:
    """Refuse more servers, or larger ones, than the level has.

    Raises:
        ShopError: names the server and what there is.
    """
    if machine.servers and len(plan.servers) > machine.servers:
        raise ShopError("too_many_servers", servers=len(plan.servers), most=machine.servers)
    for server in plan.servers:
        largest = machine.server_cpu or os.cpu_count() or 1
        if server.cpu is not None and server.cpu > largest:
            raise ShopError("server_too_large", server=server.name, cpu=server.cpu, largest=largest)


def _wrong(error: TutorError) -> ShopError:
    """Return *error* as the finding that it is: ``said`` tells it in any language."""
    return ShopError(
        "stack_file_wrong", message=error.message, hint=error.hint, said=error.said or None
    )


def _plan(top: TomlTable) -> StackPlan:
    top.only(("servers", "services"))
    servers = tuple(_server(name, table) for name, table in top.tables("servers").items())
    if not servers:
        raise top.problem("no_server")
    placed: dict[str, str] = {}
    for server in servers:
        for service in server.services:
            if service in placed:
                raise top.problem(
                    "on_two_servers",
                    service=service,
                    first=placed[service],
                    second=server.name,
                )
            placed[service] = server.name
    if len(placed) > MOST_SERVICES:
        raise top.problem("too_many_services", count=len(placed), most=MOST_SERVICES)
    replicas = sum(kind_of(service) == "replica" for service in placed)
    if replicas > MOST_REPLICAS:
        raise top.problem("too_many_replicas", count=replicas, most=MOST_REPLICAS)
    for service in NEEDED:
        if service not in placed:
            raise top.problem(
                "on_no_server",
                service=service,
                server=servers[0].name,
            )
    settings = {
        name: _settings(name, table, placed) for name, table in top.tables("services").items()
    }
    _check_ports(top, settings)
    return StackPlan(servers, settings)


def _check_ports(top: TomlTable, settings: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse a port that is given to two services: only one of them would start."""
    holders: dict[int, str] = {}
    for service, table in settings.items():
        if port := table.get("port"):
            if port in holders:
                raise top.problem("same_port", port=port, first=holders[port], second=service)
            holders[port] = service


def _unknown(service: str, table: TomlTable) -> TutorError:
    return table.problem("unknown_service", service=service, **near(service, KINDS))


def _server(name: str, table: TomlTable) -> ServerPlan:
    table.only(("services", "cpu", "memory"))
    services = table.words("services")
    for service in services:
        if kind_of(service) not in KINDS:
            raise _unknown(service, table)
    cpu, memory = table.get("cpu", (int, float), None), table.get("memory", int, None)
    for key, value, most in (("cpu", cpu, MOST_CORES), ("memory", memory, MOST_MEGABYTES)):
        # Not the other way round: TOML knows `nan`, which is neither more nor less than anything.
        if value is not None and not LEAST_SHARE[key] <= value <= most:
            raise table.problem(
                "out_of_range", key=key, value=value, least=LEAST_SHARE[key], most=most
            )
    return ServerPlan(name, services, cpu, memory)


def _settings(name: str, table: TomlTable, placed: Mapping[str, str]) -> Mapping[str, Any]:
    if kind_of(name) not in KINDS:
        raise _unknown(name, table)
    if name not in placed:
        raise table.problem("set_for_nobody", service=name)
    kind = KINDS[kind_of(name)]
    table.only(kind.keys)
    for key in table.data:
        value = table.get(key, kind.keys[key])
        most = kind.most.get(key, MOST)
        if isinstance(value, int) and not LEAST <= value <= most:
            raise table.problem("out_of_range", key=key, value=value, least=LEAST, most=most)
        if key in kind.words and value not in kind.words[key]:
            raise table.problem(
                "wrong_word",
                key=key,
                value=repr(value),
                **near(value, kind.words[key]),
            )
        if isinstance(value, list):
            table.words(key)
    return table.data
