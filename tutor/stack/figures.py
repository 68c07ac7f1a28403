"""A service's own figures, seen from outside: no slot, no worker and no lock is taken for them.

Connections and queues are asked of the kernel. Only memcached and Redis are asked themselves, with
commands that they answer in microseconds and do not count; of PostgreSQL see ``database_figures``.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from tutor.machine.command import ServiceInfo
from tutor.machine.sockets import inodes_of
from tutor.machine.status import UNKNOWN_SERVICE
from tutor.stack import database_figures
from tutor.stack.services.celery import REPLIES, TAKEN
from tutor.stack.services.redis import ask, redis_connection
from tutor.stack.snapshot import Figures, SystemSnapshot

PATIENCE = 0.3
"""Seconds that memcached and Redis have for an answer; one that stands still has no figures."""
MOST_ROUNDS = 5
"""How often at most Redis is asked for another thousand of its keys."""
WINDOW = 10
"""Looks over which the hit rate is told: long enough to read, short enough to show a flush."""


def gunicorn(info: ServiceInfo, pids: list[int], system: SystemSnapshot) -> Figures:
    """Return its workers, how many requests are at work, and how many wait to be taken."""
    workers = sum(
        system.processes[pid].parent == pids[0] for pid in pids if pid in system.processes
    )
    figures: Figures = {"workers": workers}
    if system.sockets:
        port = info.port
        places = workers * info.threads
        waiting = system.sockets.waiting[port]
        busy = max(0, system.sockets.arrived[port] - waiting)
        figures |= {"places": places, "busy": min(busy, places), "waiting": waiting}
    return figures


def nginx(info: ServiceInfo, pids: list[int], system: SystemSnapshot) -> Figures:
    """Return how many visitors are connected, and how many of them wait to be let in."""
    if not system.sockets:
        return {}
    port = info.port
    return {"clients": system.sockets.arrived[port], "waiting": system.sockets.waiting[port]}


def pgbouncer(info: ServiceInfo, pids: list[int], system: SystemSnapshot) -> Figures:
    """Return its clients, and the connections to PostgreSQL that they share."""
    if not system.sockets:
        return {}
    behind = system.services.get("postgres", UNKNOWN_SERVICE).info.port
    left = system.sockets.left_for.get(behind, [])
    servers = inodes_of(pids).intersection(left) if left else ()
    return {"clients": system.sockets.arrived[info.port], "servers": len(servers)}


def cache(info: ServiceInfo, pids: list[int], system: SystemSnapshot) -> Figures:
    """Return hits and misses since it started."""
    if info.program == "redis":
        names, pairs = ("keyspace_hits", "keyspace_misses"), _redis_stats(info.port)
    else:
        names, pairs = ("get_hits", "get_misses"), _memcached_stats(info.port)
    if not pairs.keys() >= set(names):
        return {}
    hits, misses = (int(pairs[name]) for name in names)
    return {"hits": hits, "misses": misses}


def _memcached_stats(port: int) -> dict[str, str]:
    text = ask(port, b"stats\r\n", until=b"END\r\n", timeout=PATIENCE).decode()
    rows = [line.split(" ") for line in text.splitlines() if line.startswith("STAT ")]
    return {row[1]: row[2] for row in rows if len(row) > 2}


def _redis_stats(port: int) -> dict[str, str]:
    text = ask(port, b"INFO stats\r\n", until=b"keyspace_misses", timeout=PATIENCE).decode()
    return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)


def broker(info: ServiceInfo, pids: list[int], system: SystemSnapshot) -> Figures:
    """Return how many messages wait, in all and by queue, and how many were taken and not done."""
    try:
        with redis_connection(info.port, PATIENCE) as redis:
            lists = [name for name in _keys(redis.ask, "list") if REPLIES not in name]
            hashes = [name for name in _keys(redis.ask, "hash") if name.endswith(TAKEN)]
            lengths = redis.ask(*(f"LLEN {name}" for name in lists))
            taken = redis.ask(*(f"HLEN {name}" for name in hashes))
    except (OSError, ValueError):
        return {}
    queues = dict(zip(lists, lengths, strict=True))
    return {"waiting": sum(lengths), "taken": sum(taken), "queues": queues}


def _keys(ask_redis: Callable[[str], list[Any]], kind: str) -> list[str]:
    """Return the names of the keys of *kind*; a name with a blank in it is none of Celery's."""
    names, cursor = [], "0"
    for _ in range(MOST_ROUNDS):
        ((cursor, found),) = ask_redis(f"SCAN {cursor} COUNT 1000 TYPE {kind}")
        names += [name for name in found if name.split() == [name] and '"' not in name]
        if cursor == "0":
            break
    return sorted(set(names))


def worker(info: ServiceInfo, pids: list[int], system: SystemSnapshot) -> Figures:
    """Return the queues it serves; how many wait in them is Redis's figure."""
    return {"serves": list(info.queues)}


def mail(info: ServiceInfo, pids: list[int], system: SystemSnapshot) -> Figures:
    """Return how many mails came."""
    path = system.folder / "services" / info.site / info.title / "mails.jsonl"
    try:
        return {"mails": path.read_bytes().count(b"\n")}
    except OSError:
        return {}


READERS: Mapping[str, Callable[[ServiceInfo, list[int], SystemSnapshot], Figures]] = {
    "postgres": database_figures.postgres,
    "replica": database_figures.replica,
    "gunicorn": gunicorn,
    "nginx": nginx,
    "pgbouncer": pgbouncer,
    "memcached": cache,
    "redis": broker,
    "worker": worker,
    "mail": mail,
}
"""By kind of service, what reads its own figures."""


class HitRate:
    """Tells the hit rate of the last looks; before there are any hits or misses in them, of all."""

    def __init__(self) -> None:
        self._looks: deque[tuple[int, int]] = deque(maxlen=WINDOW)

    def of(self, hits: int, misses: int) -> float | None:
        """Return the percentage of lookups that hit; None where nobody ever looked up anything."""
        if self._looks and hits < self._looks[-1][0]:
            # It was started anew.
            self._looks.clear()
        self._looks.append((hits, misses))
        since = self._looks[0]
        new_hits, new_misses = hits - since[0], misses - since[1]
        if new_hits + new_misses > 0:
            hits, misses = new_hits, new_misses
        return round(100 * hits / (hits + misses), 1) if hits + misses else None
