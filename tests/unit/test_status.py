"""What a supervisor says is read once, and what it does not know harms nobody."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tutor.machine.command import Command, ServiceInfo
from tutor.machine.status import UNKNOWN_SERVICE, ServiceStatus, SupervisorStatus

RUNNING: dict[str, Any] = {
    "pid": 7,
    "running": True,
    "code": None,
    "stopping": False,
    "started": 1.5,
    "log": "/logs/postgres.log",
    "info": asdict(ServiceInfo(kind="postgres", port=5432, queues=["fast"])),
}


def test_everything_a_supervisor_tells_is_kept() -> None:
    """Of itself, of each service in the order of their starts, and of what it adopted."""
    answer = {"pid": 3, "services": {"postgres": RUNNING, "cache": RUNNING}, "children": [7, 9]}

    status = SupervisorStatus.from_json(answer)

    assert (status.pid, status.children) == (3, (7, 9))
    assert list(status.services) == ["postgres", "cache"]
    assert asdict(status.services["postgres"]) == RUNNING


def test_what_a_command_tells_of_its_service_is_told_again() -> None:
    """It goes to the supervisor and comes back as JSON; what somebody noted since comes with it."""
    info = ServiceInfo(kind="worker", site="mine", title="worker-slow", queues=["slow"])
    command = Command("worker-slow-mine", ("celery",), Path(), {}, Path("log"), info=info)
    told = json.loads(json.dumps(command.to_spec()))["info"]

    status = ServiceStatus.from_json(RUNNING | {"info": told | {"cores": 0.5}})

    assert asdict(status.info) == asdict(info) | {"cores": 0.5}


def test_a_service_that_nobody_knows_does_not_run_and_has_no_process() -> None:
    """Who asks for a missing one is told nothing, and never stumbles."""
    service = UNKNOWN_SERVICE

    assert (service.pid, service.running, service.code, service.stopping) == (0, False, None, False)
    assert (service.info.kind, service.info.port) == ("", 0)


def test_a_supervisor_of_another_version_is_understood() -> None:
    """It may tell less, and more."""
    answer = {"running": False, "mood": "fine", "info": {"shop": "/shops/mine"}}

    assert ServiceStatus.from_json(answer) == UNKNOWN_SERVICE
