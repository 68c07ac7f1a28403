"""What a supervisor says is read once, and what it does not know harms nobody."""

from dataclasses import fields

from tutor.machine.status import UNKNOWN_SERVICE, ServiceStatus, SupervisorStatus

RUNNING = {
    "pid": 7,
    "running": True,
    "code": None,
    "stopping": False,
    "started": 1.5,
    "log": "/logs/postgres.log",
    "info": {"kind": "postgres", "port": 5432},
}


def test_everything_a_supervisor_tells_is_kept() -> None:
    """Of itself, of each service in the order of their starts, and of what it adopted."""
    answer = {"pid": 3, "services": {"postgres": RUNNING, "cache": RUNNING}, "children": [7, 9]}

    status = SupervisorStatus.from_json(answer)

    assert (status.pid, status.children, list(status.services)) == (
        3,
        (7, 9),
        ["postgres", "cache"],
    )
    service = status.services["postgres"]
    assert {one.name: getattr(service, one.name) for one in fields(service)} == RUNNING


def test_a_service_that_nobody_knows_does_not_run_and_has_no_process() -> None:
    """Who asks for a missing one is told nothing, and never stumbles."""
    service = UNKNOWN_SERVICE

    assert (service.pid, service.running, service.code, service.stopping) == (0, False, None, False)
    assert service.info.get("port", 0) == 0


def test_a_supervisor_of_another_version_is_understood() -> None:
    """It may tell less, and more."""
    assert ServiceStatus.from_json({"running": False, "mood": "fine"}) == UNKNOWN_SERVICE
