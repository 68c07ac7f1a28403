"""What a monitor saw, in the learner's language."""

from collections.abc import Mapping

from tutor.stack.gauge import Reading, ServerReading, ServiceReading
from tutor.words.texts import Texts


def own_figures(texts: Texts, service: ServiceReading, reading: Reading) -> str:
    """Return the sentence about what only this kind of service has; empty where it has nothing."""
    figures = dict(service.figures)
    if not figures:
        return ""
    match service.kind:
        case "postgres":
            held = figures["in_transaction"]
            more = texts("monitor.in_transaction", count=held) if held else ""
            if locked := figures["waiting_for_lock"]:
                more += texts("monitor.waiting_for_lock", count=locked)
            return texts("monitor.postgres", **figures) + more
        case "gunicorn" if "busy" not in figures:
            return texts("monitor.gunicorn_blind", **figures)
        case "memcached":
            if figures["hit_rate"] is None:
                return texts("monitor.never_asked")
            lookups = figures["hits"] + figures["misses"]
            return texts("monitor.memcached", lookups=lookups, **figures)
        case "worker":
            return _worker(texts, service, reading)
        case kind:
            return texts(f"monitor.{kind}", **figures)


def _worker(texts: Texts, service: ServiceReading, reading: Reading) -> str:
    """Return its queues, each with what waits in it."""
    beside = (s for s in reading.services if s.kind == "redis" and s.site == service.site)
    waiting: Mapping[str, int] = next((s.figures.get("queues", {}) for s in beside), {})
    queues = [f"{name} {waiting.get(name, 0)}" for name in service.figures["serves"]]
    return texts("monitor.worker", queues=", ".join(queues))


def share_of(texts: Texts, server: ServerReading) -> str:
    """Return what 100 % of a server are."""
    if server.cores == 1:
        return texts("monitor.one_core")
    return texts("monitor.cores", cores=server.cores)


def disk(kb_per_second: float) -> str:
    """Return a rate of the disk in the unit that reads best."""
    if kb_per_second >= 1000:
        return f"{kb_per_second / 1024:.1f} MB/s"
    return f"{kb_per_second:.0f} kB/s"
