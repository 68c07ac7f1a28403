"""The figures that a level may show: those of the monitor, as ``SERVICE.figure``, and of runs."""

from collections.abc import Mapping

COMMON = ("cpu", "memory", "disk")
"""What every service has."""
SERVERS = "servers"
"""Stands for each server that ``stack.toml`` names."""
FIGURES: Mapping[str, tuple[str, ...]] = {
    SERVERS: (*COMMON, "throttled"),
    "nginx": (*COMMON, "clients", "waiting"),
    "gunicorn": (*COMMON, "busy", "waiting"),
    "pgbouncer": (*COMMON, "clients", "servers"),
    "postgres": (
        *COMMON,
        *("connections", "active", "in_transaction", "waiting_for_lock", "oldest_transaction"),
        "reads",
    ),
    "replica": (*COMMON, "connections", "active", "lag_kb", "paused", "reads"),
    "memcached": (*COMMON, "hit_rate", "hits", "misses"),
    "redis": (*COMMON, "waiting", "taken"),
    "worker": COMMON,
    "mail": (*COMMON, "mails"),
    "flower": COMMON,
}
OF_THE_LOAD = ("throughput", "latency", "errors")
"""What the load generator sees; a level's charts may name these as well."""
OF_RUNS = ("queries",)
"""Measures that are drawn run by run."""
RATIO = "_ratio"
"""Ends the name of a measure that compares two shops itself: no *before* stands beside it."""
CHARTS = ("throughput", "latency", "errors", f"{SERVERS}.cpu")
"""What is drawn during a run where a level does not choose."""
MAIN: Mapping[str, str] = {
    "nginx": "clients",
    "gunicorn": "busy",
    "pgbouncer": "clients",
    "postgres": "connections",
    "replica": "lag_kb",
    "memcached": "hit_rate",
    "redis": "waiting",
    "mail": "mails",
}
"""The figure that tells most of a service; CPU where none does."""


def figure_names() -> list[str]:
    """Return every figure that a level may name."""
    return [f"{service}.{name}" for service, names in FIGURES.items() for name in names]


def chart_names() -> list[str]:
    """Return everything that a level may have drawn during a run."""
    return [*OF_THE_LOAD, *OF_RUNS, *figure_names()]
