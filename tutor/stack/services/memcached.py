"""memcached: the shop's cache."""

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote_to_bytes

from tutor.machine.command import Command
from tutor.machine.programs import find_program
from tutor.stack.services.base import ShopService
from tutor.stack.services.redis import ask

FLUSH_TIMEOUT = 5.0
AGE_TRIES = 20
"""How often we ask what is kept: memcached answers BUSY while it looks through itself."""
LISTED = re.compile(rb"(?:\A|\n)(?:END|BUSY.*|BADCLASS.*|[A-Z_]*ERROR.*)\r\n\Z")
"""How its list of what is kept ends, which comes in pieces."""


def flush(port: int) -> bool:
    """Have the memcached on *port* forget everything, what it was just told included.

    Return whether it did: it may be gone, or something else.
    """
    ask(port, b"set levelup:flush 0 0 1\r\n1\r\n")
    deadline = time.monotonic() + FLUSH_TIMEOUT
    # It forgets what is older than its clock, which ticks once a second.
    while time.monotonic() < deadline:
        ask(port, b"flush_all\r\n")
        if ask(port, b"get levelup:flush\r\n").startswith(b"END"):
            return True
        time.sleep(0.02)
    return False


class Memcached(ShopService):
    """One memcached."""

    def command(self) -> Command:
        """Return the command that runs it."""
        memory = str(self.context.settings.get("memory", 64))
        return self.run(
            *(
                find_program("memcached"),
                "-l",
                self.context.listen,
                "-p",
                str(self.port),
                "-U",
                "0",
            ),
            *("-m", memory),
            info=replace(self.context.info, program="memcached"),
            # Not by its own -u: who changes user after the start is not told of our death.
            unprivileged=True,
        )

    def is_ready(self) -> bool:
        """Return whether it answers a question for its version."""
        return ask(self.port, b"version\r\n").startswith(b"VERSION")

    def stats(self) -> dict[str, int]:
        """Return hits and misses since it started."""
        pairs = self._stats()
        return {"hits": int(pairs["get_hits"]), "misses": int(pairs["get_misses"])}

    def flush(self) -> None:
        """Forget everything."""
        flush(self.port)

    def age(self, seconds: float) -> None:
        """Forget what would have expired in so many seconds; the rest ends so much earlier.

        memcached has no clock that could be set, but tells when each entry ends: ``lru_crawler
        metadump`` (since 1.4.31; see doc/protocol.txt there). An older one is flushed.
        """
        listed = self._listed()
        if not listed.startswith((b"key=", b"END")):
            self.flush()
            return
        until = time.time() + seconds
        for key, end in _ends(listed).items():
            if 0 <= end <= until:
                ask(self.port, b"delete " + key + b"\r\n")
            elif end > 0:
                self._end(key, end - seconds)

    def put_back(self, ends: Mapping[bytes, int], seconds: float) -> None:
        """Have what :meth:`age` made end *seconds* earlier end as *ends* says; not what is new."""
        now = self.ends()
        for key, end in ends.items():
            if end > 0 and abs(now.get(key, 0) - (end - seconds)) <= 1:
                self._end(key, end)

    def _end(self, key: bytes, moment: float) -> None:
        ask(self.port, b"touch %b %d\r\n" % (key, round(moment)))

    def ends(self) -> dict[bytes, int]:
        """Return by key when each entry ends, in seconds since 1970, -1 for never.

        Nothing where an old memcached does not tell.
        """
        return _ends(self._listed())

    def keys(self) -> set[str]:
        """Return the keys of all that is kept; none where an old memcached does not tell."""
        return {key.decode("utf-8", "replace") for key in self.ends()}

    def flushes(self) -> int:
        """Return how often it was told to forget everything, since it started."""
        return int(self._stats()["cmd_flush"])

    def _stats(self) -> dict[str, str]:
        """Return what it counts, by name."""
        text = ask(self.port, b"stats\r\n", until=b"END").decode()
        lines = (line.split(" ") for line in text.splitlines() if line.startswith("STAT"))
        return {name: value for _, name, value, *_ in lines}

    def _listed(self) -> bytes:
        """Return what memcached tells of each entry: its key, when it ends, and more.

        By its hash table, where it can: in its lists it misses what is just being moved from one
        to another, as whatever was touched is.
        """
        what = b"hash"
        for _ in range(AGE_TRIES):
            listed = ask(
                self.port, b"lru_crawler metadump %b\r\n" % what, until=LISTED, timeout=5.0
            )
            if not listed.startswith((b"BUSY", b"BADCLASS")):
                break
            if listed.startswith(b"BADCLASS"):
                what = b"all"  # an older one knows no other way
            time.sleep(0.05)
        return listed


def _ends(listed: bytes) -> dict[bytes, int]:
    found = re.findall(rb"(?m)^key=(\S+) exp=(-?\d+)", listed)
    return {unquote_to_bytes(key): int(ends) for key, ends in found}
