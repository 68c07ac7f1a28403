"""The monitor tells what services do, takes nothing from them, and costs next to nothing."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from tests.helpers import wait_until
from tutor.base.cancel import Cancel
from tutor.curriculum import find_level
from tutor.curriculum.figures import COMMON, FIGURES
from tutor.learner.session import Session
from tutor.learner.showroom import Showroom
from tutor.machine.programs import find_program
from tutor.machine.sockets import sockets
from tutor.stack.databases import migrations_key
from tutor.stack.figures import READERS, HitRate
from tutor.stack.gauge import INTERVAL, Gauge, History, Reading, ServiceReading
from tutor.stack.services.pgbouncer import Pgbouncer
from tutor.stack.services.redis import redis_connection
from tutor.stack.stack import Stack

MOST = 0.02
"""Of a core, what the monitor may use."""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A shop with every service there is, served to a browser."""
    if not find_program("memcached") or not find_program("pgbouncer"):
        pytest.skip("memcached or pgbouncer is missing.")
    folder = tmp_path_factory.mktemp("gauge")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEVELUP_HOME", str(folder / "home"))
        patch.setenv("LEVELUP_DRAFTS", "1")
        patch.delenv("LEVELUP_LEVELS", raising=False)
        session = Session(folder / "shop")
        level = find_level("6", session.levels)
        Showroom(session).swap(level, "fixed", Cancel())
        yield session
        session.stack.release()
        assert session.stack.wait_until_gone(30)


def seen(gauge: Gauge, title: str) -> ServiceReading:
    """Return what *gauge* sees of the service *title* now."""
    return next(s for s in gauge.look().services if s.title == title)


def test_every_kind_of_service_has_its_own_figures(everything: Session) -> None:
    """Whatever a level may put first is there to be seen."""
    reading = Gauge(everything.stack).look()

    found = {s.kind: set(s.figures) for s in reading.services if s.running}
    for kind in READERS.keys() - {"nginx", "replica"}:
        assert set(FIGURES[kind]) - set(COMMON) <= found[kind], kind
    assert {server.name for server in reading.servers} == {"server1", "db1"}
    assert all(s.memory_mb > 0 for s in reading.services)


def test_a_server_that_only_postgresql_has_comes_once(everything: Session) -> None:
    """Two shops share it: told for each, one server would have two names and two loads."""
    gauge = Gauge(everything.stack)
    reading = gauge.look()
    database = next(s for s in reading.services if s.kind == "postgres")
    shop = next(s for s in reading.services if s.kind == "gunicorn")
    status = everything.stack.status()
    both = [replace(shop, site="baseline"), replace(shop, site="mine"), database]

    servers = [(s.site, s.name) for s in gauge._servers(both, status)]

    assert ("mine", database.server) in servers
    assert ("baseline", database.server) not in servers
    assert ("baseline", shop.server) in servers


def test_services_count_in_the_share_of_their_server(everything: Session) -> None:
    """What they use together is what it uses: the percent are of the same whole."""
    gauge = Gauge(everything.stack)
    gauge.look()
    reading = gauge.look()

    for server in reading.servers:
        on_it = [s.cpu_percent for s in reading.services if s.server == server.name]
        assert sum(on_it) == pytest.approx(server.cpu_percent, abs=0.1 * len(on_it))


def test_pgbouncer_tells_who_uses_it(everything: Session) -> None:
    """Its clients and the statements that passed; who asks it that is none of them."""
    info = next(s.info for s in everything.stack.status().values() if s.info.kind == "pgbouncer")
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    login = _database_of(everything)
    env = {f"DATABASE_{name}": login[key] for key, name in names.items()}
    context: Any = SimpleNamespace(
        env=env,
        name=info.title,
        title=info.title,
        kind=info.kind,
        server=info.server,
        port=info.port,
        settings={"pool_size": 7},
    )
    service = Pgbouncer(context)
    before = service.traffic()
    with psycopg.connect(host="127.0.0.1", port=info.port, connect_timeout=5, **login) as one:
        one.execute("SELECT 1")
        during = service.traffic()

    assert before
    assert during
    assert during.clients == before.clients + 1
    assert during.statements > before.statements
    assert during.pool_size == 7


def test_sessions_are_counted_without_a_session_of_ours(everything: Session) -> None:
    """A connection that is opened is seen, what it does too, and looking opens none."""
    info = everything.stack.status()["postgres"].info
    env = _database_of(everything)
    gauge = Gauge(everything.stack)
    before = seen(gauge, "postgres").figures
    with psycopg.connect(host="127.0.0.1", port=info.port, connect_timeout=5, **env) as one:
        one.execute("SELECT 1")
        during = seen(gauge, "postgres").figures
        (logged,) = one.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        ).fetchone() or (0,)
    assert wait_until(lambda: seen(gauge, "postgres").figures == before)

    assert during["connections"] == before["connections"] + 1 == logged
    assert during["in_transaction"] == before["in_transaction"] + 1
    assert during["limit"] == info.max_connections


def _database_of(session: Session) -> dict[str, str]:
    """Return how the learner's shop gets at its database."""
    import json

    secrets = json.loads((session.stack.folder / "secrets.json").read_text())
    migrations = migrations_key(session.run_spec(session.levels[5], "fixed").files)
    return {"user": "shop", "password": secrets["role"], "dbname": f"shop_6_{migrations}"}


def test_messages_are_counted_by_queue(everything: Session) -> None:
    """What waits in Redis is told with the queue it waits in; workers know theirs."""
    gauge = Gauge(everything.stack)
    port = seen(gauge, "redis").port
    with redis_connection(port) as redis:
        redis.ask("LPUSH nobody one", "LPUSH nobody two", "HSET unacked tag message")
        figures = seen(gauge, "redis").figures
        redis.ask("DEL nobody", "DEL unacked")

    assert figures["queues"]["nobody"] == 2
    assert figures["waiting"] >= 2
    assert figures["taken"] == 1
    assert seen(gauge, "worker-slow").figures["serves"] == ["slow"]


def test_a_service_that_stands_still_holds_nobody_up(everything: Session) -> None:
    """memcached under SIGSTOP has no figures; the look ends all the same, the others are there."""
    import signal

    gauge = Gauge(everything.stack)
    name = next(s.name for s in gauge.look().services if s.kind == "memcached")
    everything.stack.signal(name, signal.SIGSTOP)
    try:
        began = time.monotonic()
        reading = gauge.look()
        took = time.monotonic() - began
    finally:
        everything.stack.signal(name, signal.SIGCONT)

    assert took < 2
    assert {s.kind for s in reading.services if s.figures} >= {"postgres", "redis", "gunicorn"}
    assert not next(s for s in reading.services if s.name == name).figures


def test_looking_every_second_costs_at_most_two_percent_of_a_core(everything: Session) -> None:
    """With every service there is, over as many looks as cover the dear ones."""
    gauge = Gauge(everything.stack)
    looks = 20
    before = time.process_time()
    for _ in range(looks):
        gauge.look()
    used = (time.process_time() - before) / looks

    assert used / INTERVAL <= MOST, f"{1000 * used:.1f} ms for a look"


def test_a_stack_that_is_gone_is_an_empty_reading(tmp_path: Path) -> None:
    """Nothing runs, nothing is seen, nothing fails."""
    assert Gauge(Stack(tmp_path)).look().services == ()


def test_the_kernel_tells_who_waits_to_be_taken() -> None:
    """Of three that came to a port, the two that nobody took wait."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        port = door.getsockname()[1]
        guests = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        taken, _ = door.accept()
        found = sockets()
        for one in [*guests, taken]:
            one.close()

    if found is None:
        pytest.skip("this kernel does not tell")
    assert (found.arrived[port], found.waiting[port]) == (3, 2)


ELSEWHERE = """
import fcntl, socket, struct
with socket.socket() as switch:
    fcntl.ioctl(switch, 0x8914, struct.pack("16sh", b"lo", 0x41))  # SIOCSIFFLAGS: up and running
door = socket.create_server(("127.0.0.1", 0))
guests = [socket.create_connection(door.getsockname()) for _ in range(3)]
taken, _ = door.accept()
print(door.getsockname()[1], flush=True)
input()
"""


def test_the_kernel_tells_it_of_another_network_too() -> None:
    """Containers have one of their own: any process in it leads there, and nothing here is mixed in."""
    unshare = ["unshare", "--map-root-user", "--net"]
    if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network of its own can be made here")
    program = [*unshare, sys.executable, "-c", ELSEWHERE]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        here, there = sockets(), sockets(process.pid)
        process.communicate(b"\n")

    assert here
    assert there
    assert (there.arrived[port], there.waiting[port]) == (3, 2)
    assert not here.arrived.keys() & there.waiting.keys()


def test_the_hit_rate_is_of_the_last_looks() -> None:
    """A cache that began to hit shows it soon; one that was restarted begins anew."""
    rate = HitRate()
    first, then = rate.of(0, 0), [rate.of(hits, 100) for hits in range(0, 1000, 50)]

    assert first is None
    assert then[0] == 0
    assert then[-1] == 100
    assert rate.of(1, 1) == 50


def test_a_history_is_bounded_and_told_as_series() -> None:
    """The oldest readings are forgotten; a figure is told over time, of one shop."""
    history = History(longest=3)
    for number in range(5):
        service = ServiceReading(
            *(
                "gunicorn-mine",
                "gunicorn",
                "mine",
                "gunicorn",
                "server1",
                1,
                1,
                1,
                True,
                False,
                None,
            ),
            *(float(number), 1.0, 0.0, {"busy": number}),
        )
        history.add(Reading(float(number), (service,)))

    assert history.of_service("mine", "gunicorn", "busy") == [2, 3, 4]
    assert history.of_service("mine", "gunicorn", "cpu_percent") == [2, 3, 4]
    assert history.of_service("baseline", "gunicorn", "busy") == []
