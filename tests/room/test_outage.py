"""A room that is killed again and again while half of its seats have no network."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.own_postgres import own_postgres
from tests.room.outage import MINUTES, TELL, lost_and_twice, play
from tests.room.process import Opened, opened

pytestmark = pytest.mark.services
SEATS = 8


@pytest.fixture(params=["file", "PostgreSQL"])
def room(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> Iterator[Opened]:
    """A room that is served, in either kind of database."""
    kept = own_postgres(tmp_path / "postgres") if request.param == "PostgreSQL" else nullcontext("")
    with kept as database, opened(database) as room:
        yield room


def test_what_was_told_is_there_once(room: Opened, tmp_path: Path) -> None:
    """Told to a room that is dead, by a laptop that is cut off, or answered to nobody: all of it."""
    laptops = play(room, tmp_path / "laptops", SEATS)

    told = sum(len(laptop.told) for laptop in laptops)
    assert told == SEATS * MINUTES * 60 // TELL
    assert lost_and_twice(room, laptops) == (0, 0)
