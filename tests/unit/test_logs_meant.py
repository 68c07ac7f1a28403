"""A service's bare name finds its log."""

from collections.abc import Callable, Collection
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tutor.stack.stack import Stack
from tutor.views.log import logs_meant

Logs = Callable[..., Stack]


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    """Return a stack with these logs, some of whose services run."""

    def stack(*names: str, running: Collection[str] = ()) -> Stack:
        for name in names:
            (tmp_path / f"{name}.log").write_text("")
        status = {name: SimpleNamespace(running=name in running) for name in names}
        found = SimpleNamespace(logs=tmp_path, find=lambda: bool(running), status=lambda: status)
        return cast("Any", found)

    return stack


def test_a_bare_name_means_the_only_log_of_its_service(logs: Logs) -> None:
    """Its own name goes first; a worker of another name is another service."""
    stack = logs("postgres", "gunicorn-mine", "worker-mine", "worker-slow-mine", "look")

    assert logs_meant(stack, "gunicorn") == ["gunicorn-mine"]
    assert logs_meant(stack, "worker") == ["worker-mine"]
    assert logs_meant(stack, "worker-slow") == ["worker-slow-mine"]
    assert logs_meant(stack, "postgres") == ["postgres"]
    assert logs_meant(stack, "gunicorn-mine") == ["gunicorn-mine"]
    assert logs_meant(stack, "nginx") == []


def test_of_several_the_one_that_runs_is_meant(logs: Logs) -> None:
    """Where none or more than one does, all are named."""
    names = ("gunicorn-broken", "gunicorn-mine", "gunicorn-showroom")

    assert logs_meant(logs(*names, running=names[2:]), "gunicorn") == ["gunicorn-showroom"]
    assert logs_meant(logs(*names, running=names[1:]), "gunicorn") == list(names[1:])
    assert logs_meant(logs(*names), "gunicorn") == list(names)
