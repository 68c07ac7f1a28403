"""What is lost, or counted twice, when the room is killed and half of its seats have no network."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.bench.figure import Sampler
from tests.bench.room import served
from tests.room.outage import lost_and_twice, play

SEATS = 40


def of_outage(name: str) -> Sampler:
    """Return the sampler of one figure; both are of the same play."""

    def samples(runs: int) -> Iterator[float]:
        yield _counted()[name]

    return samples


@cache
def _counted() -> dict[str, int]:
    with served(on_postgres=True) as (room, _):
        lost, twice = lost_and_twice(room, play(room, Path("laptops").absolute(), SEATS))
        return {"lost": lost, "twice": twice}
