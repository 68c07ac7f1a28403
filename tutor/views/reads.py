"""Reads per server: which PostgreSQL answers how much, and how far behind a replica is."""

from dataclasses import dataclass

from tutor.stack.gauge import History

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
