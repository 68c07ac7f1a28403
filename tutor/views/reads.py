"""Reads per server: which PostgreSQL answers how much, and how far behind a replica is."""

import time
from dataclasses import dataclass

from tutor.stack.gauge import INTERVAL, Gauge, History
from tutor.views.queue import of_one_shop
from tutor.words.texts import Texts

KINDS = ("postgres", "replica")


@dataclass(frozen=True, slots=True)
class ServerReads:
    """One PostgreSQL at one moment."""

    server: str
    title: str
    is_replica: bool
    running: bool
    per_second: float
    percent: float
    """Of the reads of all servers; 0 where nobody reads."""
    lag_kb: int | None
    """None for the first server, and for a replica that does not say."""
    paused: bool
    earlier: tuple[float, ...]
    """The reads of the last looks, the newest last."""


def reads_seen(gauge: Gauge) -> list[ServerReads]:
    """Look twice, and return what was read of one shop's servers in between."""
    history = History()
    gauge.look()
    time.sleep(INTERVAL)
    history.add(of_one_shop(gauge.look()))
    assert history.newest is not None, "there was a look"
    return reads_of(history, next(iter(history.newest.sites), ""))


def state_of(texts: Texts, server: ServerReads) -> str:
    """Return how true the answers of *server* are."""
    if not server.is_replica:
        return texts("reads.first")
    if not server.running:
        return texts("reads.dead")
    if server.lag_kb is None:
        return texts("reads.silent")
    if server.paused:
        return texts("reads.paused", lag=server.lag_kb)
    return texts("reads.behind" if server.lag_kb else "reads.level", lag=server.lag_kb)


def reads_of(history: History, site: str) -> list[ServerReads]:
    """Return each PostgreSQL of the shop *site*, the first one first; nothing without a look."""
    if history.newest is None:
        return []
    services = history.newest.of_site(site).services
    found = sorted((s for s in services if s.kind in KINDS), key=lambda s: (s.kind, s.title))
    total = sum(s.figures.get("reads") or 0.0 for s in found)
    return [
        ServerReads(
            server=one.server,
            title=one.title,
            is_replica=one.kind == "replica",
            running=one.running,
            per_second=one.figures.get("reads") or 0.0,
            percent=100 * (one.figures.get("reads") or 0.0) / total if total else 0.0,
            lag_kb=one.figures.get("lag_kb"),
            paused=bool(one.figures.get("paused")),
            earlier=tuple(history.of_service(site, one.title, "reads")),
        )
        for one in found
    ]
