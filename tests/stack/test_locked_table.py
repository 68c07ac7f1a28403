"""A table that is locked holds who asks for it, whichever server they ask."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tests.helpers import wait_until
from tests.stack.test_replica import Bench, bench, follows
from tutor.base.errors import ShopError, TutorError
from tutor.lab.instruments import locked_table
from tutor.lab.instruments.locked_table import WRITERS, LockedTable
from tutor.lab.instruments.outsiders import Table
from tutor.lab.instruments.standbys import Standbys

pytestmark = pytest.mark.services
__all__ = ["bench", "follows"]


def test_who_asks_for_a_locked_table_is_held_on_every_server(bench: Bench) -> None:
    """They are counted while they stand there, and let go at the end of the block."""
    table = LockedTable(bench.shop, Standbys([bench.standby]), "marks")
    ports = (bench.ground.postgres.port, bench.standby.port)
    with (
        closing(bench.as_shop(ports[0])) as first,
        closing(bench.as_shop(ports[1])) as second,
        ThreadPoolExecutor(2) as pool,
    ):
        with table.locked():
            asking = [pool.submit(one.execute, "SELECT 1 FROM marks") for one in (first, second)]
            both_stand_there = wait_until(lambda: table.held == len(asking))
            was_answered = any(one.done() for one in asking)
        for one in asking:
            one.result(timeout=10)

    assert both_stand_there
    assert not was_answered
    assert table.held == 0


def test_a_table_that_somebody_keeps_ends_the_wait(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said which, and nobody else stands before it for ever; the shop is not judged."""
    monkeypatch.setattr(locked_table, "FREE_WITHIN", 0.2)
    table = LockedTable(bench.shop, [], "marks")
    with closing(bench.as_shop(bench.ground.postgres.port)) as reader, reader.transaction():
        reader.execute("SELECT 1 FROM marks")
        with pytest.raises(TutorError, match=r"public\.marks") as caught, table.locked():
            pytest.fail("the block must not run")

    assert "transaction open" in caught.value.hint
    assert not isinstance(caught.value, ShopError)


def test_a_table_that_may_be_read_holds_only_who_writes(bench: Bench) -> None:
    """On the replica nobody writes, so nothing of it is known there."""
    table = LockedTable(bench.shop, Standbys([bench.standby]), "marks", WRITERS)
    ports = (bench.ground.postgres.port, bench.standby.port)
    with (
        closing(bench.as_shop(ports[0])) as first,
        closing(bench.as_shop(ports[1])) as second,
        ThreadPoolExecutor(1) as pool,
    ):
        with table.locked():
            for one in (first, second):
                one.execute("SELECT 1 FROM marks")
            writing = pool.submit(first.execute, "INSERT INTO marks VALUES ('written')")
            stands_there = wait_until(lambda: table.held == 1)
        writing.result(timeout=10)

    assert stands_there


def test_a_table_that_somebody_keeps_cannot_be_closed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said which, as of any that is to be locked."""
    monkeypatch.setattr(locked_table, "FREE_WITHIN", 0.2)
    with closing(bench.as_shop(bench.ground.postgres.port)) as writer, writer.transaction():
        writer.execute("INSERT INTO marks VALUES ('kept')")
        with pytest.raises(TutorError, match=r"public\.marks"), Table(bench.shop, "marks").shut():
            pytest.fail("the block must not run")
