"""What Celery's messages do in Redis, seen from outside: published, waiting, taken, handed back."""

import ast
import contextlib
import json
import re
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from tutor.base.errors import TutorError
from tutor.machine.ports import LOOPBACK
from tutor.stack.services.celery import REPLIES, TAKEN

ARGUMENT = re.compile(rb'"(?:[^"\\]|\\.)*"')


class Broker:
    """The Redis of one shop."""

    def __init__(self, port: int) -> None:
        import redis

        self.port = port
        self._redis: Any = redis.Redis(host=LOOPBACK, port=port, decode_responses=True)

    def waiting(self) -> dict[str, int]:
        """Return how many messages wait, by queue; queues where none does are left out."""
        lists = self._redis.scan_iter(_type="list", count=1000)
        lengths = {name: self._redis.llen(name) for name in lists if REPLIES not in name}
        return {name: length for name, length in lengths.items() if length}

    def taken(self) -> int:
        """Return how many messages were taken by a worker and are not acknowledged."""
        return sum(self._redis.hlen(name) for name in self._taken_keys())

    def left(self) -> int:
        """Return how many messages are not done with."""
        return sum(self.waiting().values()) + self.taken()

    def waiting_workers(self) -> int:
        """Return how many workers wait for a message at this moment."""
        return sum(client["cmd"] == "brpop" for client in self._redis.client_list())

    def publish(self, queue: str, message: bytes) -> None:
        """Put *message* into *queue* as it is."""
        self._redis.lpush(queue, message)

    def hold(self, seconds: float) -> None:
        """Have Redis take and hand out nothing for so long; what it is told meanwhile waits."""
        self._redis.client_pause(round(seconds * 1000))

    def age(self, seconds: float) -> None:
        """Have time run on by so long for every key that expires, in each database of Redis."""
        import redis

        for name in self._redis.info("keyspace"):
            number = int(name.removeprefix("db"))
            with redis.Redis(host=LOOPBACK, port=self.port, db=number) as database:
                for key in database.scan_iter(count=1000):
                    left = int(database.pttl(key))
                    if left < 0:
                        # It stays for ever, or has just gone.
                        continue
                    rest = left - round(seconds * 1000)
                    database.pexpire(key, rest) if rest > 0 else database.delete(key)

    def hand_back(self, later: float = 0.0) -> int:
        """Put back what was taken and not acknowledged, as after the visibility timeout.

        Where that is so many seconds *later*, what is to be done by then is due at once.
        """
        from kombu.connection import Connection

        handed, by_then = 0, datetime.now(UTC) + timedelta(seconds=later)
        for name in self._taken_keys():
            options = {"global_keyprefix": name.removesuffix(TAKEN)}
            url = f"redis://{LOOPBACK}:{self.port}/0"
            with Connection(url, transport_options=options) as connection:  # type: ignore[no-untyped-call]
                for tag in self._redis.hkeys(name):
                    if later:
                        self._bring_forward(name, tag, by_then)
                    connection.default_channel.qos.restore_by_tag(tag)
                    handed += 1
        return handed

    def _bring_forward(self, name: str, tag: str, by_then: datetime) -> None:
        """Have the message under *tag* be due now, where it is by *by_then*."""
        kept = self._redis.hget(name, tag)
        message, *rest = json.loads(kept) if kept else [{}]
        eta = message.get("headers", {}).get("eta")
        if eta and datetime.fromisoformat(eta) <= by_then:
            message["headers"]["eta"] = None
            self._redis.hset(name, tag, json.dumps([message, *rest]))

    def _taken_keys(self) -> list[str]:
        return [n for n in self._redis.scan_iter(_type="hash", count=1000) if n.endswith(TAKEN)]

    def watch(self) -> "PublishMonitor":
        """Return a wire that notes every message from now on."""
        return PublishMonitor(self.port)


class PublishMonitor:
    """Notes each message that is published, at the moment it is, whoever takes it."""

    def __init__(self, port: int) -> None:
        self.messages: list[tuple[str, bytes]] = []
        """Queue and message, in the order in which they were published."""
        self._port = port
        self._echoes = 0
        self._socket = socket.create_connection((LOOPBACK, port), 5.0)
        self._socket.sendall(b"MONITOR\r\n")
        self._lines = self._socket.makefile("rb")
        self._lines.readline()
        self._socket.settimeout(None)
        self._heard = threading.Condition()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._listen, name="wire", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def count(self) -> int:
        """Return how many messages were published up to now.

        Raises:
            TutorError: Redis tells no more, so some may be missing.
        """
        with self._heard:
            seen = self._echoes
        with socket.create_connection((LOOPBACK, self._port), 5.0) as connection:
            connection.sendall(b"ECHO wire\r\n")
            connection.recv(64)
        deadline = time.monotonic() + 5.0
        with self._heard:
            # Redis tells in order: once it has told of our ECHO, nothing earlier is missing.
            while self._echoes == seen:
                if time.monotonic() > deadline or not self._thread.is_alive():
                    raise TutorError.named("wire_silent", hint="not_yours") from self._failure
                self._heard.wait(0.2)
            return len(self.messages)

    def _listen(self) -> None:
        try:
            for line in self._lines:
                words = [ast.literal_eval("b" + word.decode()) for word in ARGUMENT.findall(line)]
                if words:
                    self._note(words)
        except Exception as error:  # noqa: BLE001 - told to whoever counts
            self._failure = error

    def _note(self, words: list[bytes]) -> None:
        with self._heard:
            if words[0].upper() == b"ECHO":
                self._echoes += 1
            elif words[0].upper() == b"LPUSH" and REPLIES.encode() not in words[1]:
                queue = words[1].decode("utf-8", "replace")
                self.messages += [(queue, message) for message in words[2:]]
            self._heard.notify_all()
