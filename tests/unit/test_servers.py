"""The servers of a shop: what a look at them asks for."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tutor.curriculum import Machine
from tutor.machine.command import ServiceInfo
from tutor.machine.status import ServiceStatus
from tutor.stack.replicas import Replicas
from tutor.stack.servers import Servers
from tutor.stack.site import Site


class FakeStack:
    """A stack that counts how often its supervisor is asked."""

    def __init__(self, *replicas: str) -> None:
        self.asked = 0
        kinds = {"postgres": "postgres"} | dict.fromkeys(replicas, "replica")
        self._status = {
            name: ServiceStatus(pid=os.getpid(), running=True, info=ServiceInfo(kind=kind))
            for name, kind in kinds.items()
        }

    def status(self) -> dict[str, ServiceStatus]:
        """Return what runs."""
        self.asked += 1
        return dict(self._status)


@pytest.mark.parametrize("replicas", [(), ("replica",), ("replica", "replica-2")])
def test_a_look_at_the_servers_asks_the_supervisor_once(replicas: tuple[str, ...]) -> None:
    """The monitor looks each second, while the shop is measured."""
    stack = FakeStack(*replicas)
    plan = SimpleNamespace(
        replicas=("replica", "replica-2"),
        servers=[SimpleNamespace(name="db1"), SimpleNamespace(name="db2")],
        server_of=lambda name: "db1" if name == "postgres" else "db2",
    )
    ground = SimpleNamespace(stack=stack)
    servers = Servers(cast("Any", ground), "mine", Machine(), cast("Any", lambda: plan), {})

    pids = servers.pids()

    assert stack.asked == 1
    assert pids["db1"].count(os.getpid()) == 1
    assert pids["db2"].count(os.getpid()) == len(replicas)


def test_who_plans_no_replica_asks_for_none() -> None:
    """The first seven levels have none."""
    stack = FakeStack()

    assert Replicas(cast("Any", stack), cast("Any", None)).ports(()) == {}
    assert stack.asked == 0


def test_the_processes_of_every_replica_are_one_question() -> None:
    """However many there are."""
    stack = FakeStack("replica", "replica-2")

    pids = Replicas(cast("Any", stack), cast("Any", None)).all_pids()

    assert stack.asked == 1
    assert pids.count(os.getpid()) == 2


def test_the_cpu_of_all_services_is_one_question(tmp_path: Path) -> None:
    """PostgreSQL and its replicas are every shop's; what is stopped has no account."""
    stack = FakeStack("replica")
    site = Site(cast("Any", SimpleNamespace(stack=stack)), "mine", tmp_path, tmp_path)
    site.services["gunicorn"] = cast("Any", SimpleNamespace(name="gunicorn-mine"))

    used = site.cpu_of_services()

    assert stack.asked == 1
    assert used.keys() == {"postgres", "replica"}
    assert min(used.values()) > 0
