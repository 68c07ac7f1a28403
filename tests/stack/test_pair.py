"""A pair of servers of a run's own: what is committed on the first is on the second when it dies."""

import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.helpers import runs, wait_until
from tests.real import copy_template
from tests.stack.replica_bench import Bench
from tutor.base.cancel import Cancel
from tutor.machine.ports import LOOPBACK
from tutor.stack.pair import FIRST, SECOND, Pair, paired, sweep

pytestmark = pytest.mark.services

SERVERS = ("server1", "db2")
PAIRING = """
    import sys, time
    from pathlib import Path
    from tests.stack.replica_bench import at
    from tutor.base.cancel import Cancel
    from tutor.stack.pair import paired
    ground, shop, standby = at(Path(sys.argv[1]), sys.argv[2])
    with paired(ground.stack, ground.postgres, ("server1", "db2"), Cancel()):
        print("paired", flush=True)
        time.sleep(600)
"""


@pytest.fixture(scope="module")
def bench(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The bench of this module."""
    folder = tmp_path_factory.mktemp("pair") / "stack"
    copy_template(template, folder)
    bench = Bench(folder)
    yield bench
    bench.ground.stack.release()
    assert bench.ground.stack.wait_until_gone(30)
    assert not (folder / "tmp").exists()


@pytest.fixture
def pair(bench: Bench) -> Iterator[Pair]:
    """A pair, of which nothing is left at the end."""
    stack = bench.ground.stack
    with paired(stack, bench.ground.postgres, SERVERS, Cancel()) as pair:
        yield pair
    assert not {FIRST, SECOND} & stack.status().keys()
    assert not list((bench.folder / "tmp").glob("pair-*"))


def as_shop(bench: Bench, port: int, hosts: int = 1, **options: str) -> psycopg.Connection:
    """Return a connection as the shop would have it."""
    return psycopg.connect(
        host=",".join([LOOPBACK] * hosts),
        port=port,
        user="shop",
        password=bench.ground.databases.role_password,
        dbname=bench.shop.database,
        autocommit=True,
        **options,  # type: ignore[arg-type]
    )


def words(pair: Pair, bench: Bench) -> list[str]:
    """Return what the second server has."""
    query = "SELECT word FROM marks ORDER BY word"
    return [word for (word,) in pair.ask_second(bench.shop.database, query, ())]


def test_what_was_confirmed_is_there_when_the_second_takes_over(bench: Bench, pair: Pair) -> None:
    """Who waits for it when the first one dies was told nothing; the old one comes back a copy."""
    bench.write("from before the pair")
    before = words(pair, bench)
    lost = threading.Event()
    with (
        closing(as_shop(bench, pair.first.port)) as first,
        closing(as_shop(bench, pair.first.port)) as careless,
    ):
        first.execute("INSERT INTO marks VALUES ('confirmed')")
        pair.cut_line(Cancel())
        careless.execute("SET synchronous_commit = off")
        careless.execute("INSERT INTO marks VALUES ('careless')")

        def order() -> None:
            try:
                first.execute("INSERT INTO marks VALUES ('waiting')")
            except psycopg.OperationalError:
                lost.set()

        waiting = threading.Thread(target=order)
        waiting.start()
        stood_there = wait_until(lambda: pair.waiting(bench.shop.database) == 1)
        pair.kill_first()
        waiting.join(10)
    pair.promote()
    with closing(as_shop(bench, pair.second.port)) as second:
        second.execute("INSERT INTO marks VALUES ('on the second')")
    pair.bring_back(Cancel())
    both = f"{pair.first.port},{pair.second.port}"
    with closing(as_shop(bench, both, 2, target_session_attrs="read-write")) as found:  # type: ignore[arg-type]
        port = found.info.port
    with closing(as_shop(bench, pair.first.port)) as first, pytest.raises(psycopg.Error) as refused:
        first.execute("INSERT INTO marks VALUES ('on a copy')")

    assert stood_there
    assert lost.is_set()
    assert words(pair, bench) == [*before, "confirmed", "on the second"]
    assert port == pair.second.port
    assert refused.value.sqlstate == "25006"


def test_the_stacks_own_servers_hear_nothing_of_it(bench: Bench, pair: Pair) -> None:
    """The first may die, and every shop goes on."""
    pair.kill_first()
    pair.promote()
    bench.write("on the ground")
    bench.standby.catch_up()

    assert bench.has("on the ground")
    assert "on the ground" not in words(pair, bench)
    assert bench.standby.sql("SELECT pg_is_in_recovery()") == [(True,)]


def test_the_pair_of_a_run_that_was_killed_is_swept_away(bench: Bench) -> None:
    """While the run lives nobody touches it; the next start after its death ends it."""
    stack = bench.ground.stack
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PAIRING), str(bench.folder), bench.shop.database],
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == b"paired\n"
        pids = [pid for title in (FIRST, SECOND) for pid in stack.pids(title)]
        sweep(stack)
        # Of their children some come and go.
        while_it_lives = all(runs(stack.status_of(title).pid) for title in (FIRST, SECOND))
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    sweep(stack)

    assert while_it_lives
    assert wait_until(lambda: not any(map(runs, pids)))
    assert not {FIRST, SECOND} & stack.status().keys()
    assert not list((bench.folder / "tmp").glob("pair-*"))
