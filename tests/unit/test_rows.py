"""The rows in which a shop's services start."""

import threading
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tutor.stack.rows import Rows


def services(*kinds: str) -> Any:
    """Return services of these *kinds*, as ``stack.toml`` may name them in any order."""
    return cast("Any", [SimpleNamespace(kind=kind, name=kind) for kind in kinds])


def test_each_row_starts_when_the_one_before_it_is_up() -> None:
    """In whatever order the plan names them."""
    order: list[str] = []
    together = threading.Barrier(3, timeout=10)

    def start(one: Any) -> None:
        if one.kind in ("gunicorn", "worker", "mail"):
            together.wait()
        order.append(one.kind)

    Rows().start(services("nginx", "mail", "gunicorn", "redis", "worker"), start)

    assert order[0] == "redis"
    assert sorted(order[1:4]) == ["gunicorn", "mail", "worker"]
    assert order[4] == "nginx"


def test_what_starts_later_is_waited_for_where_it_is_needed() -> None:
    """The shop is up before; what goes wrong with it is raised there."""
    may_start = threading.Event()

    def start(one: Any) -> None:
        if one.kind == "worker":
            assert may_start.wait(10)
            raise ValueError("broken shop")

    rows = Rows()
    rows.start(services("gunicorn", "worker", "nginx"), start, later=["worker"])
    may_start.set()

    with pytest.raises(ValueError, match="broken shop"):
        rows.complete()
    rows.complete()


def test_what_has_not_started_at_the_end_is_ended() -> None:
    """Nobody waits for it, and nothing of it begins afterwards."""
    ended = threading.Event()
    rows = Rows()

    def start(one: Any) -> None:
        if one.kind == "worker":
            assert ended.wait(10)
            raise ValueError("ended early")

    rows.start(services("gunicorn", "worker"), start, later=["worker"])
    stopped: list[str] = []

    def stop(one: Any) -> None:
        stopped.append(one.kind)
        ended.set()

    rows.end(stop)

    assert stopped == ["worker"]
    rows.complete()
