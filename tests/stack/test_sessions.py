"""PostgreSQL's sessions are looked at while something happens: the shop's, others', the superusers."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest

from tests.helpers import wait_until
from tutor.base.errors import TutorError
from tutor.lab.instruments.backends import Backends
from tutor.stack.ground import Ground
from tutor.stack.services.postgres import ROLE

pytestmark = pytest.mark.services


@pytest.fixture
def database(ground: Ground) -> Iterator[str]:
    """A database of the shop's."""
    name = ground.databases.clone(ground.seed)
    yield name
    ground.databases.drop(name)


def connect(ground: Ground, database: str) -> psycopg.Connection[Any]:
    """Connect as the shop does."""
    return psycopg.connect(
        host="127.0.0.1",
        port=ground.postgres.port,
        user=ROLE,
        password=ground.databases.role_password,
        dbname=database,
    )


def test_the_peak_is_what_the_shop_had_at_once(ground: Ground, database: str) -> None:
    """Not what it had in all; and whoever wants to is told while it grows."""
    told: list[int] = []

    with Backends(ground.postgres, database, told.append) as sessions:
        for count in (1, 3):
            with ExitStack() as held:
                for _ in range(count):
                    held.enter_context(connect(ground, database))
                assert wait_until(lambda wanted=count: sessions.peak >= wanted)

    assert (sessions.peak, sessions.guests, sessions.superusers) == (3, 0, 0)
    assert told == sorted(told)
    assert told[-1] == 3


def test_who_sleeps_is_seen_for_as_long_as_it_sleeps(ground: Ground, database: str) -> None:
    """Whatever it calls what it sleeps in: that is how long slow work holds a connection."""
    with Backends(ground.postgres, database) as sessions, connect(ground, database) as session:
        session.execute("SELECT pg_sleep(0.5)")

    assert sessions.asleep == 1
    assert sessions.slept == pytest.approx(0.5, abs=0.25)


def test_others_are_not_the_shop(ground: Ground, database: str) -> None:
    """Neither another shop of the same role, nor a superuser in the shop's own database."""
    other = ground.databases.clone(ground.seed)
    try:
        with (
            Backends(ground.postgres, database) as sessions,
            connect(ground, other),
            ground.postgres.connect(database),
        ):
            assert wait_until(lambda: sessions.superusers == 1)

        assert sessions.peak == 0
    finally:
        ground.databases.drop(other)


def test_looks_that_end_in_the_middle_are_told(ground: Ground, database: str) -> None:
    """A peak that nobody saw is not judged: the sampler's session was ended by somebody."""
    with (  # noqa: PT012 - it fails at the end of the block, not in it
        pytest.raises(TutorError, match="sessions") as caught,
        Backends(ground.postgres, database) as sessions,
        ground.postgres.connect("postgres") as other,
    ):
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s",
            [sessions._session.info.backend_pid],
        )
        assert wait_until(lambda: sessions._watch.failure)

    assert caught.value.said["id"] == "watcher_failed"


def test_who_sleeps_in_postgresql_is_at_work(ground: Ground, database: str) -> None:
    """Sessions that are only held are not; and what we run takes no session of its own."""
    with (
        Backends(ground.postgres, database) as sessions,
        connect(ground, database) as sleeper,
        connect(ground, database),
    ):
        assert wait_until(lambda: sessions.peak == 2)
        assert sessions.asleep == 0
        assert sessions.ask("SELECT %s::int + 1", [1]) == [(2,)]
        sessions.ask("CREATE TABLE IF NOT EXISTS note (word text)")
        sleeper.execute("SELECT pg_sleep(0.2)")

    assert (sessions.asleep, sessions.peak, sessions.guests, sessions.superusers) == (1, 2, 0, 0)
