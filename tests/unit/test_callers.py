"""Visitors who ask and wait: each is told of, also who never gets to the end of an answer."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from tests.helpers import wait_until
from tutor.base.cancel import Cancel
from tutor.lab.instruments.callers import HANGS, Answered, Callers
from tutor.probes.http import Response


class Door:
    """A shop that answers, but for ``/drops``: that goes on until somebody ends it."""

    def __init__(self) -> None:
        self.end = threading.Event()
        self.cookies: dict[str, str] = {}

    def visitor(self, *, timeout: float) -> "Door":
        return self

    def get(self, path: str) -> Response:
        if path == "/drops":
            self.end.wait()
        return Response(path, 200, {}, self.cookies.get("who", "Om").encode(), 0.0)

    def close(self) -> None:
        """Nothing is open."""


class Usher:
    """A lab whose patience is at an end at once."""

    def wait_until(self, condition: Callable[[], bool], *, timeout: float) -> bool:
        return condition()


def test_who_is_fed_drop_by_drop_has_no_answer() -> None:
    """An answer without an end is a problem like silence; what comes later changes nothing."""
    door = Door()
    callers = Callers(cast("Any", Usher()), cast("Any", door), patience=1.0)
    callers.come("/")
    assert wait_until(lambda: not callers.waiting)
    callers.come("/drops", 2)

    answers = callers.wait()
    door.end.set()
    assert wait_until(lambda: not callers.waiting)

    assert answers == [Answered(200, "Om"), Answered(problem=HANGS), Answered(problem=HANGS)]


def test_whoever_brings_cookies_is_known() -> None:
    """A stranger brings none."""
    callers = Callers(cast("Any", Usher()), cast("Any", Door()), patience=1.0)
    callers.come("/", 1, {"who": "Gina"})
    assert wait_until(lambda: not callers.waiting)

    assert callers.wait() == [Answered(200, "Gina")]


def test_visitors_are_in_once_no_more_of_them_ask() -> None:
    """Or once each has her answer; and nobody looks for ever."""
    door, looks = Door(), iter([1, 2, 3, 3, 4])
    usher = SimpleNamespace(wait_until=Usher().wait_until, cancel=Cancel())
    callers = Callers(cast("Any", usher), cast("Any", door), patience=1.0)
    workers = cast("Any", SimpleNamespace(have_taken=lambda visitors: True))
    callers.come("/drops", 2)

    callers.be_let_in(workers, lambda: next(looks), inside=1.0, still=0.001, restless=60.0)
    left = list(looks)
    # Somebody new each time: once is enough where there is no patience left.
    callers.be_let_in(workers, iter(range(9)).__next__, inside=1.0, still=0.001, restless=0.0)
    door.end.set()

    assert left == [4]
    assert wait_until(lambda: not callers.waiting)
