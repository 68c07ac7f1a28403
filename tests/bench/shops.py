"""Shops and their stacks, as the game that is already open starts them."""

import http.client
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.bench.figure import BenchFailed, Sampler


def session_in(folder: str, where: str = "local") -> Any:
    """Return a learner who has begun level 1 in the workspace *folder*."""
    from tutor.learner.session import Session

    session = Session(Path(folder), where)
    session.enter(session.levels[0])
    return session


def opened(session: Any, variant: str = "mine") -> Any:
    """Serve *variant* in a showroom, have it answer, and return the showroom."""
    from tutor.learner.showroom import Showroom

    showroom = Showroom(session)
    swap(showroom, variant)
    return showroom


def swap(showroom: Any, variant: str) -> float:
    """Return the seconds until the shop of *variant* gave its first answer."""
    from tutor.base.cancel import Cancel

    session = showroom.session
    began = time.monotonic()
    url = showroom.swap(session.levels[0], variant, Cancel())
    with closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)) as connection:
        connection.request("GET", "/health/")
        if connection.getresponse().status != 200:
            raise BenchFailed(f"{variant} does not answer")
    return time.monotonic() - began


@contextmanager
def stack_of(session: Any) -> Iterator[Any]:
    """Lend *session*; its stack is down afterwards."""
    try:
        yield session
    finally:
        session.stack.release()
        if not session.stack.wait_until_gone():
            raise BenchFailed("the stack did not end")


def first_stacks(where: str = "local") -> Sampler:
    """Return the sampler of the seconds from nothing at all to a shop that answers."""

    def samples(runs: int) -> Iterator[float]:
        for number in range(runs):
            with stack_of(session_in(f"first{number}", where)) as session:
                began = time.monotonic()
                opened(session)
                yield time.monotonic() - began

    return samples


def later_stacks(where: str = "local") -> Sampler:
    """Return the sampler of the seconds from a stopped stack to a shop that answers."""

    def samples(runs: int) -> Iterator[float]:
        for number in range(runs + 1):
            with stack_of(session_in("later", where)) as session:
                began = time.monotonic()
                opened(session)
                if number:
                    yield time.monotonic() - began

    return samples


def swaps(where: str = "local") -> Sampler:
    """Return the sampler of the seconds from one variant to the first answer of the next."""

    def samples(runs: int) -> Iterator[float]:
        with stack_of(session_in("later", where)) as session:
            showroom = opened(session)
            for variant in ("fixed", "broken", "mine"):
                swap(showroom, variant)
            for number in range(runs):
                yield swap(showroom, ("fixed", "broken", "mine")[number % 3])

    return samples
