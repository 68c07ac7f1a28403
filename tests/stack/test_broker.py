"""Celery's messages in a real Redis, seen from outside."""

import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from kombu import Connection, Queue
from redis import Redis

from tests.helpers import wait_until
from tutor.machine.ports import free_port
from tutor.probes.broker import Broker
from tutor.probes.jobs import Listener
from tutor.stack.services.base import ServiceContext
from tutor.stack.services.redis import Redis as RedisService
from tutor.stack.services.redis import ask, find_redis

pytestmark = pytest.mark.services


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A Redis with nothing in it."""
    port = free_port()
    argv = [find_redis(), "--port", str(port), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as redis:
        while not ask(port, b"PING\r\n").startswith(b"+PONG"):
            assert redis.poll() is None
        yield Broker(port)
        redis.terminate()


@pytest.fixture(params=["", "palace:"], ids=["plain", "with a prefix"])
def connection(broker: Broker, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Celery's way to that Redis."""
    options = {"global_keyprefix": request.param}
    with Connection(f"redis://127.0.0.1:{broker.port}/0", transport_options=options) as connection:
        yield connection


def publish(connection: Any, text: str) -> None:
    """Publish a message into the queue `mails`."""
    queue = Queue("mails")
    producer = connection.Producer(serializer="json")
    producer.publish({"text": text}, routing_key="mails", declare=[queue])


def test_a_message_waits_is_taken_and_comes_back(broker: Broker, connection: Any) -> None:
    """What a dead worker took is handed back without waiting for an hour."""
    publish(connection, "namaste")
    assert (sum(broker.waiting().values()), broker.taken(), broker.left()) == (1, 0, 1)

    connection.SimpleQueue(Queue("mails")).get(timeout=5)
    assert (broker.waiting(), broker.taken(), broker.left()) == ({}, 1, 1)

    assert broker.hand_back() == 1
    assert (sum(broker.waiting().values()), broker.taken()) == (1, 0)


def test_what_was_put_off_is_due_an_hour_later(broker: Broker, connection: Any) -> None:
    """As if the clock had gone on: within the hour it is due at once, after it as before."""
    moments = [datetime.now(UTC) + timedelta(minutes=minutes) for minutes in (3, 90)]
    producer = connection.Producer(serializer="json")
    for moment in moments:
        headers = {"eta": moment.isoformat()}
        producer.publish({}, routing_key="mails", declare=[Queue("mails")], headers=headers)
    mails = connection.SimpleQueue(Queue("mails"))
    for _ in moments:
        mails.get(timeout=5)

    assert broker.hand_back(3600) == 2
    found = [mails.get(timeout=5) for _ in moments]

    assert {message.headers["eta"] for message in found} == {None, moments[1].isoformat()}


def test_every_message_is_seen_as_it_is_published(broker: Broker, connection: Any) -> None:
    """Also one that somebody takes at once; and it can be published again as it was."""
    with broker.watch() as wire:
        before = wire.count()
        publish(connection, 'say "om"\n')
        after = wire.count()
    connection.SimpleQueue(Queue("mails")).get(timeout=5).ack()

    broker.publish(*wire.messages[0])

    assert (before, after) == (0, 1)
    assert connection.SimpleQueue(Queue("mails")).get(timeout=5).payload == {"text": 'say "om"\n'}


def test_nothing_is_handed_out_while_it_is_held(broker: Broker, connection: Any) -> None:
    """Whoever asks gets an answer afterwards, and nothing is lost."""
    publish(connection, "namaste")
    began = time.monotonic()

    broker.hold(0.3)

    assert broker.left() == 1
    assert time.monotonic() - began >= 0.3


def test_what_is_kept_for_a_while_is_gone_after_an_hour(broker: Broker) -> None:
    """In every database of Redis; what is kept for longer, or for ever, stays, and so do jobs."""
    with Redis(port=broker.port, db=0) as first, Redis(port=broker.port, db=3) as other:
        first.set("for ever", 1)
        first.set("a minute", 1, ex=60)
        other.set("an hour", 1, ex=3600)
        other.set("a day", 1, ex=24 * 3600)
        broker.publish("mails", b"namaste")

        broker.age(3600)

        assert {key.decode() for key in first.scan_iter()} == {"for ever", "mails"}
        assert [key.decode() for key in other.scan_iter()] == ["a day"]
        assert 22 * 3600 < other.ttl("a day") <= 23 * 3600


@pytest.mark.parametrize("prefix", ["", "palace:"], ids=["plain", "with a prefix"])
def test_what_workers_publish_is_overheard(broker: Broker, prefix: str) -> None:
    """Each step of a job and each sign of life, as Celery itself writes them; nothing is taken."""
    options = {"global_keyprefix": prefix}
    app = Celery(broker=f"redis://127.0.0.1:{broker.port}/0")
    app.conf.broker_transport_options = options

    with Listener(broker.port) as listener:
        with app.events.default_dispatcher(hostname="worker@server1") as worker:
            deadline = time.monotonic() + 10
            # Whoever publishes before somebody listens is not heard.
            while not listener.read().workers and time.monotonic() < deadline:
                worker.send("worker-heartbeat", active=1, processed=41, freq=2)
                time.sleep(0.02)
            worker.send("task-received", uuid="j1", name="orders.tasks.mail", args="(7,)")
            worker.send("task-succeeded", uuid="j1", runtime=0.25)
            assert wait_until(lambda: listener.read().count("done"))
        heard = listener.read()

    (job,) = heard.jobs
    assert (job.name, job.args, job.state, job.seconds) == (
        "orders.tasks.mail",
        "(7,)",
        "done",
        0.25,
    )
    assert [(w.name, w.active, w.processed) for w in heard.workers] == [("worker@server1", 1, 41)]
    assert broker.left() == 0


def test_a_redis_that_is_away_for_a_moment_keeps_everything(tmp_path: Path) -> None:
    """What it held is there when it is back; the start after that is one with nothing in it."""
    port = free_port()
    context = ServiceContext(
        site="mine",
        kind="redis",
        title="redis",
        server="server1",
        port=port,
        folder=tmp_path,
        log=tmp_path / "redis.log",
        shop=tmp_path,
        env={},
        settings={},
        ports={},
    )
    service = RedisService(context)
    left = []
    for _ in range(3):
        with subprocess.Popen(service.command().argv, stdout=subprocess.DEVNULL) as process:
            assert wait_until(service.is_ready)
            left.append(Broker(port).left())
            service.forget_kept()
            if len(left) < 2:
                Broker(port).publish("mails", b"namaste")
                service.end_and_keep()
            else:
                process.kill()

    assert left == [0, 1, 0]
    assert not service.is_ready()
