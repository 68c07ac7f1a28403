"""The highest that a monitor saw of each server and service of one shop."""

from collections.abc import Mapping

from tutor.stack.gauge import Reading

OF_SERVERS = ("cpu_percent", "throttled_percent")
"""What is remembered of a server."""
OF_SERVICES: Mapping[str, tuple[str, ...]] = {
    "nginx": ("clients", "waiting"),
    "gunicorn": ("busy", "waiting"),
    "pgbouncer": ("clients", "servers"),
    "postgres": ("connections", "active", "waiting_for_lock"),
    "replica": ("lag_kb",),
    "redis": ("waiting", "taken"),
}
"""By kind of service, of which of its own figures the highest tells something."""


class Peaks:
    """What was highest so far; nothing before the first look."""

    def __init__(self) -> None:
        self._servers: dict[str, dict[str, float]] = {}
        self._services: dict[str, dict[str, float]] = {}

    def see(self, reading: Reading) -> None:
        """Take in one more look at the shop."""
        for server in reading.servers:
            peak = self._servers.setdefault(server.name, {})
            for figure in OF_SERVERS:
                peak[figure] = max(peak.get(figure, 0.0), getattr(server, figure))
        for service in reading.services:
            peak = self._services.setdefault(service.title, {})
            for figure in OF_SERVICES.get(service.kind, ()):
                if value := service.figures.get(figure):
                    peak[figure] = max(peak.get(figure, 0), value)

    def of_server(self, name: str) -> Mapping[str, float]:
        """Return the highest of each figure of a server."""
        return self._servers.get(name, {})

    def of_service(self, title: str) -> Mapping[str, float]:
        """Return the highest of each own figure of a service that ever was more than 0."""
        return self._services.get(title, {})
