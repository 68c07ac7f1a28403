"""A crowd that asks at once: what is counted, and who is late."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import pytest

from tutor.lab.instruments.crowd import Crowd
from tutor.probes.http import PageHangs, PageUnreachable, Response


class Door:
    """A shop whose pages are *answers*; an answer that is an error is raised."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.timeouts: list[float] = []

    def visitor(self, *, timeout: float) -> "Door":
        self.timeouts.append(timeout)
        return self

    def get(self, path: str) -> Response:
        answer = self.answers[path]
        if isinstance(answer, Exception):
            raise answer
        return Response(path, answer, {}, b"Om", 0.0)

    def close(self) -> None:
        """Nothing is open."""


class Usher:
    """A lab that lets one in after the other, *late* seconds after they came."""

    def __init__(self, late: float = 0.0) -> None:
        self.late = late
        self.patience = 0.0

    def at_once(self, acts: Sequence[Callable[[], None]], *, patience: float) -> None:
        self.patience = patience
        time.sleep(self.late)
        for act in acts:
            act()


def fine(text: str) -> str:
    return "" if text == "Om" else "no Om"


@pytest.fixture
def came() -> Iterator[Crowd]:
    """A crowd that met every kind of answer there is."""
    door = Door(
        {
            "/": 200,
            "/full": 503,
            "/slow": PageHangs("/slow", 6.0),
            "/gone": PageUnreachable("/gone", ConnectionResetError("gone")),
        }
    )
    crowd: Any = Crowd(Usher(late=0.05), door, patience=6.0)  # type: ignore[arg-type]
    crowd.come([partial(crowd.ask, path, fine) for path in ("/", "/", "/full", "/slow", "/gone")])
    yield crowd
    assert door.timeouts == [6.0] * 5


def test_each_wrong_answer_is_counted_by_what_was_wrong(came: Crowd) -> None:
    """A page that failed, one that never came, and one that broke off."""
    assert came.problems == {
        "status 503": 1,
        "no answer within 6 s": 1,
        "the answer is cut off": 1,
    }
    assert came.right == {"/": 2}


def test_a_page_that_came_may_still_be_wrong() -> None:
    """The experiment says what it must read."""
    crowd: Any = Crowd(Usher(), Door({"/": 200}), patience=1.0)  # type: ignore[arg-type]

    crowd.come([partial(crowd.ask, "/", lambda text: "not true")])

    assert crowd.problems == {"not true": 1}
    assert not crowd.right


def test_what_the_machine_took_is_told_from_what_the_shop_took(came: Crowd) -> None:
    """The wait begins with the first question, not with the call."""
    assert came.gathering >= 0.05
    assert came.spread <= came.wait < came.gathering


def test_a_crowd_that_comes_again_is_timed_anew_and_counted_on() -> None:
    """Problems add up; how late it was is of the last one."""
    usher = Usher(late=0.1)
    crowd: Any = Crowd(usher, Door({"/": 404}), patience=2.0)  # type: ignore[arg-type]
    ask = partial(crowd.ask, "/", fine)
    crowd.come([ask])
    usher.late = 0.0

    crowd.come([ask, ask])

    assert crowd.problems == {"status 404": 3}
    assert crowd.gathering < 0.1
    assert usher.patience == 6.0
