"""A replica follows, lags, falls silent and dies when it is told to, and is mended whatever ends."""

import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.helpers import runs, wait_until
from tests.real import copy_template
from tests.stack.replica_bench import Bench, ground_of, nothing, planned
from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.base.paths import shop_root
from tutor.lab.instruments.backends import Backends
from tutor.machine.ports import LOOPBACK
from tutor.machine.programs import find_program
from tutor.probes.statements import counting_everywhere
from tutor.stack.gauge import Gauge
from tutor.stack.plan import read_plan
from tutor.stack.services.kinds import KINDS
from tutor.stack.services.postgres import Postgres

pytestmark = pytest.mark.services

PAUSER = """
    import sys, time
    from pathlib import Path
    from tests.stack.replica_bench import at
    ground, shop, standby = at(Path(sys.argv[1]), sys.argv[2])
    with standby.paused():
        print("paused", flush=True)
        time.sleep(600)
"""


@pytest.fixture(scope="module")
def bench(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The bench of this module; nothing of it is left at the end."""
    folder = tmp_path_factory.mktemp("replica") / "stack"
    copy_template(template, folder)
    bench = Bench(folder)
    port, pids = bench.standby.port, bench.ground.replicas.all_pids()
    yield bench
    bench.ground.stack.release()
    assert bench.ground.stack.wait_until_gone(30)
    assert wait_until(lambda: not any(map(runs, pids)))
    assert not (folder / "tmp").exists()
    assert not is_open(port)


@pytest.fixture(autouse=True)
def follows(bench: Bench) -> Iterator[None]:
    """Whatever a test does to the replica, the next one finds that it follows."""
    bench.ground.replicas.need(planned(bench.folder / "planned", "replica"), nothing, Cancel())
    yield
    bench.ground.replicas.restore(Cancel())


def is_open(port: int) -> bool:
    """Return whether somebody listens on *port*."""
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0


def greeting(port: int) -> bytes | None:
    """Return what is answered to a client of PostgreSQL; None where nothing is in time."""
    with socket.create_connection((LOOPBACK, port), timeout=1) as line:
        line.settimeout(0.3)
        line.sendall((8).to_bytes(4, "big") + (80877103).to_bytes(4, "big"))
        try:
            return line.recv(1)
        except TimeoutError:
            return None


def test_a_clone_is_on_the_replica_at_once(bench: Bench) -> None:
    """Nobody has to wait for a shop's data; what is committed later arrives by itself."""
    name = bench.ground.databases.clone(bench.ground.seed)
    replica = bench.ground.replicas.running()["replica"]
    with closing(replica.connect(name)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM catalog_product").fetchone()
    bench.ground.databases.drop(name)

    assert count > 0
    assert bench.shop.sql("SHOW synchronous_commit") == [("on",)]
    assert bench.standby.server == "db2"


def test_a_paused_replica_shows_the_past_and_resumes_whatever_happens(bench: Bench) -> None:
    """What was written is not there, is there while it may follow, and in the end."""
    with bench.standby.paused():
        bench.write("first")
        first = bench.has("first")
        behind = bench.standby.behind()
        with bench.standby.resumed():
            during = bench.has("first")
        bench.write("second")
        second = bench.has("second")
    afterwards = bench.has("second")
    with pytest.raises(ValueError, match="in the block"), bench.standby.paused():
        raise ValueError("in the block")

    assert (first, during, second) == (False, True, False)
    assert behind > 0
    assert afterwards
    assert bench.standby.sql("SELECT pg_is_wal_replay_paused()") == [(False,)]


def test_no_shop_opens_while_a_replica_stands_still(bench: Bench) -> None:
    """Its data would never arrive: that is said at once."""
    for still in (bench.standby.paused, bench.standby.frozen):
        with still(), pytest.raises(TutorError, match="stands still"):
            bench.ground.databases.clone(bench.ground.seed)


def test_each_server_counts_its_own_statements(bench: Bench) -> None:
    """What is read on the replica is in its log, and in no other."""
    with (
        bench.shop.counting() as first,
        bench.standby.counting() as second,
        closing(bench.as_shop(bench.standby.port)) as here,
        closing(bench.as_shop(bench.ground.postgres.port)) as there,
    ):
        here.execute("SELECT word FROM marks")
        there.execute("INSERT INTO marks VALUES ('x')")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            here.execute("INSERT INTO marks VALUES ('y')")

    assert first.texts == ["INSERT INTO marks VALUES ('x')"]
    assert second.texts == ["SELECT word FROM marks", "INSERT INTO marks VALUES ('y')"]
    assert dict(second.problems) == {"25006": 1}


def test_a_session_is_one_wherever_it_leads(bench: Bench) -> None:
    """Those on a replica count as those on the first server do; a replica that dies has none."""
    ground = bench.ground
    replicas = ground.replicas.awake()
    with (
        Backends(ground.postgres, bench.shop.database, replicas=replicas) as sessions,
        closing(bench.as_shop(bench.standby.port)) as here,
        closing(bench.as_shop(ground.postgres.port)),
    ):
        assert wait_until(lambda: sessions.peak == 2)
        here.execute("SELECT pg_sleep(0.2)")
        with bench.standby.down():
            assert sessions.ask("SELECT 1") == [(1,)]
            assert wait_until(lambda: not sessions._copies)
            sessions.check()

    assert (sessions.peak, sessions.asleep, sessions.guests) == (2, 1, 0)


def test_a_look_counts_what_any_server_is_asked(bench: Bench) -> None:
    """A page whose data come from a replica was not kept; one that stands still is not asked."""
    site = bench.shop.site
    with (
        counting_everywhere(site) as asked,
        closing(bench.as_shop(bench.standby.port)) as here,
        closing(bench.as_shop(bench.ground.postgres.port)) as there,
    ):
        here.execute("SELECT word FROM marks")
        there.execute("SELECT 1")
    with bench.standby.frozen(), counting_everywhere(site) as alone:
        pass

    assert sorted(asked.texts) == ["SELECT 1", "SELECT word FROM marks"]
    assert alone.texts == []


def test_a_replica_that_dies_while_its_statements_are_counted_is_named(bench: Bench) -> None:
    """With its port; what it was asked by then is not known. One that is dead is not asked."""
    port = bench.standby.port
    with (
        pytest.raises(TutorError, match=rf"replica \(port {port}\) went away"),
        counting_everywhere(bench.shop.site),
    ):
        bench.standby.kill()
    with counting_everywhere(bench.shop.site) as alone:
        pass
    bench.standby.restart()

    assert alone.texts == []


def test_each_server_is_connected_to_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks at a page costs the servers no more than that."""
    asked: list[int] = []
    connect = Postgres.connect

    def counted(self: Postgres, database: str, *, autocommit: bool = True) -> Any:
        asked.append(self.port)
        return connect(self, database, autocommit=autocommit)

    monkeypatch.setattr(Postgres, "connect", counted)
    with counting_everywhere(bench.shop.site):
        pass

    assert sorted(asked) == sorted([bench.ground.postgres.port, bench.standby.port])


def test_a_dead_replica_comes_back_where_it_was(bench: Bench) -> None:
    """It refuses connections, and has what it missed when it is back."""
    port = bench.standby.port
    with bench.standby.down():
        refused = not is_open(port)
        bench.write("while it was dead")

    assert refused
    assert bench.standby.port == port
    assert bench.has("while it was dead")


def test_a_replica_that_came_back_begins_there_when_it_is_killed_again(bench: Bench) -> None:
    """A run kills it every minute; each start would go through all that was written until then."""
    bench.write("before it died")
    written = bench.ground.replicas.written()

    with bench.standby.down():
        pass

    begins_there = "SELECT redo_lsn >= %s::pg_lsn FROM pg_control_checkpoint()"
    assert bench.standby.sql(begins_there, [written]) == [(True,)]


def test_a_frozen_replica_takes_connections_and_says_nothing(bench: Bench) -> None:
    """So a client waits; afterwards it answers as before."""
    with bench.standby.frozen():
        frozen = greeting(bench.standby.port)
        bench.write("while it stood still")

    assert frozen is None
    assert greeting(bench.standby.port) is not None
    bench.standby.catch_up()
    assert bench.has("while it stood still")


def test_in_the_place_of_a_silent_replica_tries_are_counted(bench: Bench) -> None:
    """Each connection is one; then the replica itself is there again."""
    with bench.standby.silent() as hole:
        answers = [greeting(bench.standby.port) for _ in range(2)]
        tries = wait_until(lambda: hole.tries == 2)

    assert answers == [None, None]
    assert tries
    assert greeting(bench.standby.port) is not None


def test_a_promoted_replica_takes_writes_and_is_made_anew(bench: Bench) -> None:
    """After the run it follows again, on the same port."""
    port = bench.standby.port
    bench.standby.promote()
    bench.standby.sql("INSERT INTO marks VALUES ('only here')")
    promoted = bench.has("only here")
    bench.ground.replicas.restore(Cancel())

    assert promoted
    assert bench.standby.port == port
    assert not bench.has("only here")
    assert bench.standby.sql("SELECT pg_is_in_recovery()") == [(True,)]


def test_a_pause_ends_with_the_run_that_was_killed(bench: Bench) -> None:
    """While the run lives nobody interferes; the next start after its death resumes."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PAUSER), str(bench.folder), bench.shop.database],
        stdout=subprocess.PIPE,
    )
    plan = planned(bench.folder / "planned", "replica")
    state = "SELECT pg_is_wal_replay_paused()"
    try:
        assert process.stdout
        assert process.stdout.readline() == b"paused\n"
        bench.ground.replicas.need(plan, nothing, Cancel())
        while_it_lives = bench.standby.sql(state)
    finally:
        process.kill()
        process.communicate()
    after_its_death = bench.standby.sql(state)
    ground_of(bench.ground.stack, plan)

    assert while_it_lives == after_its_death == [(True,)]
    assert bench.standby.sql(state) == [(False,)]


def test_the_monitor_sees_who_reads_and_how_far_behind(bench: Bench) -> None:
    """The stream to a replica is no session; a paused one says so, and what it lacks."""
    gauge = Gauge(bench.ground.stack)
    gauge.look()
    with closing(bench.as_shop(bench.standby.port)) as one:
        for _ in range(20):
            one.execute("SELECT word FROM marks")
        with bench.standby.paused():
            bench.shop.sql("INSERT INTO marks SELECT repeat('x', 100) FROM generate_series(1, 999)")
            assert wait_until(lambda: bench.standby.behind() > 64_000)
            seen = {s.kind: s for s in gauge.look().services}
        # The sessions of a moment ago are gone in a moment, and ours when we hang up.
        bench.shop.hang_up()
        assert wait_until(lambda: _connections(gauge) == {"postgres": 0, "replica": 1})

    first, second = seen["postgres"].figures, seen["replica"].figures
    assert (first["reads"], second["paused"]) == (0.0, 1)
    assert second["reads"] > 1
    assert second["lag_kb"] > 64
    assert seen["replica"].server == "db2"


def test_the_monitor_sees_who_waits_for_a_lock(bench: Bench) -> None:
    """And how old the transaction is that they wait for."""
    gauge = Gauge(bench.ground.stack)
    port = bench.ground.postgres.port
    with closing(bench.as_shop(port)) as holder, closing(bench.as_shop(port)) as other:
        before = next(s for s in gauge.look().services if s.kind == "postgres").figures
        with holder.transaction():
            holder.execute("LOCK TABLE marks")
            pid = other.info.backend_pid
            other.pgconn.send_query(b"SELECT FROM marks")
            waits = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'"
            assert wait_until(lambda: bench.shop.sql(waits, [pid]))
            assert wait_until(lambda: _postgres(gauge)["oldest_transaction"] > 0)
            during = _postgres(gauge)

    assert (before["waiting_for_lock"], before["oldest_transaction"]) == (0, 0.0)
    assert (during["waiting_for_lock"], during["in_transaction"]) == (1, 1)


def _connections(gauge: Gauge) -> dict[str, int]:
    return {s.kind: s.figures["connections"] for s in gauge.look().services if s.figures}


def _postgres(gauge: Gauge) -> dict[str, Any]:
    return next(s for s in gauge.look().services if s.kind == "postgres").figures


@pytest.mark.skipif(not find_program("pgbouncer"), reason="pgbouncer is missing.")
def test_pgbouncer_leads_to_the_replica_by_its_name(bench: Bench) -> None:
    """The same door has two rooms: the shop's database, and its copy."""
    site = bench.shop.site
    titles = ["pgbouncer", "gunicorn"]
    context, _ = site._contexts(titles, site.plan, {}, front_port=0, explore=False)
    context.folder.mkdir(parents=True, exist_ok=True)
    make = KINDS["pgbouncer"].make
    assert make is not None
    pgbouncer = make(context)
    bench.ground.stack.start(pgbouncer, Cancel())
    query = "SELECT current_database(), pg_is_in_recovery()"
    with (
        closing(bench.as_shop(pgbouncer.port)) as first,
        closing(bench.as_shop(pgbouncer.port, "replica")) as second,
    ):
        found = [one.execute(query).fetchone() for one in (first, second)]
    bench.ground.stack.stop(pgbouncer.name)

    assert found == [(bench.shop.database, False), (bench.shop.database, True)]
    assert site.env["REPLICA_HOST"] == LOOPBACK
    assert site.env["REPLICA_PORT"] == str(bench.standby.port)


def test_two_replicas_are_a_list_and_go_when_nobody_plans_them(bench: Bench) -> None:
    """As libpq reads lists; without any, the first server is as it was in every other level."""
    replicas, site = bench.ground.replicas, bench.shop.site
    plan = planned(bench.folder / "planned", "replica", "replica-2")
    replicas.need(plan, nothing, Cancel())
    ports = replicas.ports(plan.replicas)
    site._contexts(["gunicorn"], plan, {}, front_port=0, explore=False)
    bench.write("on both")
    replicas.catch_up_all(Cancel())
    hosts, listed = site.env["REPLICA_HOST"], site.env["REPLICA_PORT"]
    pids = replicas.all_pids()

    replicas.leave_only(read_plan(shop_root() / "stack.toml"))

    assert hosts == f"{LOOPBACK},{LOOPBACK}"
    assert listed == ",".join(str(ports[name]) for name in ("replica", "replica-2"))
    assert not any(map(runs, pids))
    assert not any(map(is_open, ports.values()))
    assert not list((bench.folder / "tmp").glob("replica*"))
    assert bench.shop.sql("SHOW synchronous_commit") == [("off",)]
