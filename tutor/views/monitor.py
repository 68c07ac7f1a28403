"""What a monitor saw, in the learner's language."""

from collections.abc import Iterator, Mapping
from typing import Any

from tutor.stack.gauge import Reading, ServerReading, ServiceReading
from tutor.stack.naming import SITE, TESTED
from tutor.stack.peaks import Peaks
from tutor.views.changes import Line
from tutor.words.texts import Texts

BESIDE = {"baseline": "broken", "healthy": "fixed"}
"""The variants that a run has beside the shop under test, by how it calls them."""


def own_figures(texts: Texts, service: ServiceReading, reading: Reading) -> str:
    """Return the sentence about what only this kind of service has; empty where it has nothing."""
    figures = dict(service.figures)
    if not figures:
        return ""
    match service.kind:
        case "postgres":
            return _postgres(texts, figures, reading)
        case "replica":
            return _replica(texts, figures)
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


def _postgres(texts: Texts, figures: Mapping[str, Any], reading: Reading) -> str:
    """Return its connections, what holds others up, and its reads where it is not the only one."""
    said = texts("monitor.postgres", **figures)
    for name in ("in_transaction", "waiting_for_lock", "oldest_transaction"):
        if count := figures.get(name):
            said += texts(f"monitor.{name}", count=count)
    if any(service.kind == "replica" for service in reading.services):
        said += texts("monitor.reads", reads=figures["reads"])
    return said


def _replica(texts: Texts, figures: Mapping[str, Any]) -> str:
    """Return how far it is behind, whether it was told to wait, and its reads."""
    if figures["lag_kb"] is None:
        return texts("monitor.replica_silent")
    said = texts("monitor.replica_paused" if figures["paused"] else "monitor.replica", **figures)
    return said + texts("monitor.reads", reads=figures["reads"])


def _worker(texts: Texts, service: ServiceReading, reading: Reading) -> str:
    """Return its queues, each with what waits in it."""
    beside = (s for s in reading.services if s.kind == "redis" and s.site == service.site)
    waiting: Mapping[str, int] = next((s.figures.get("queues", {}) for s in beside), {})
    queues = [f"{name} {waiting.get(name, 0)}" for name in service.figures["serves"]]
    return texts("monitor.worker", queues=", ".join(queues))


def share_of(texts: Texts, server: ServerReading) -> str:
    """Return what 100 % of a server are."""
    return texts(f"monitor.share_{_size(server)}", cores=server.cores)


def of_share(texts: Texts, server: ServerReading) -> str:
    """Return what the percentage of a server is of, as it stands behind the number."""
    return texts(f"monitor.of_{_size(server)}", cores=server.cores)


def _size(server: ServerReading) -> str:
    """Return the word for its share; outside of a load nothing holds a server to one."""
    if not server.is_held:
        return "machine"
    return {0.5: "half", 1: "one"}.get(server.cores, "many")


def server_peaks(texts: Texts, peaks: Mapping[str, float]) -> str:
    """Return the highest of a server in a run; empty where nothing was seen."""
    if not peaks:
        return ""
    said = f"CPU {peaks['cpu_percent']:.0f} %"
    if held := round(peaks["throttled_percent"]):
        said += f", {texts('monitor.throttled')} {held} %"
    return texts("monitor.in_run", said=said)


def service_peaks(texts: Texts, peaks: Mapping[str, float]) -> str:
    """Return the highest of a service's own figures in a run; empty where nothing was seen."""
    said = [
        f"{texts(f'monitor.figure.{name}')} {texts.number(value)}" for name, value in peaks.items()
    ]
    return texts("monitor.in_run", said=", ".join(said)) if said else ""


def disk(texts: Texts, kb_per_second: float) -> str:
    """Return a rate of the disk in the unit that reads best."""
    if kb_per_second >= 1000:
        return f"{texts.fixed(kb_per_second / 1024)} MB/s"
    return f"{kb_per_second:.0f} kB/s"


def lines(texts: Texts, reading: Reading) -> dict[str, Line]:
    """Return each server and each service as a sentence, by its name."""
    if not reading.services:
        return {"": Line(texts("monitor.nothing"), "")}
    return {
        **{f"{one.name}@{one.site}": _server_line(texts, one, reading) for one in reading.servers},
        **{one.name: _service_line(texts, one, reading) for one in reading.services},
    }


class Heard:
    """A monitor that is listened to: after each load it says what was highest in it.

    What lasts for less than the ten seconds between two lines would never be heard.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._peaks: Peaks | None = None
        self._names: dict[str, str] = {}
        """By the title of a service, what a sentence calls it."""
        self._told: dict[str, Line] = {}

    def lines(self, reading: Reading) -> dict[str, Line]:
        """Return *reading* as sentences, and the peaks of the load that is over."""
        tested = reading.of_site(TESTED)
        if any(server.is_held for server in tested.servers):
            self._peaks = self._peaks or Peaks()
            self._peaks.see(tested)
            for one in tested.services:
                self._names[one.title] = of_site(self._texts, one.title, one.site, reading)
        elif self._peaks:
            for title, name in self._names.items():
                if said := service_peaks(self._texts, self._peaks.of_service(title)):
                    said = f"{name}, {said}."
                    self._told[f"peaks {title}"] = Line(said, "", state=said)
            self._peaks = None
        return {**lines(self._texts, reading), **self._told}


def of_site(texts: Texts, name: str, site: str, reading: Reading) -> str:
    """Return *name* with the shop it belongs to, where *reading* has more than one."""
    sites = {one.site for one in reading.services if one.site}
    return f"{name} ({site_name(texts, site)})" if site and len(sites) > 1 else name


def site_name(texts: Texts, site: str) -> str:
    """Return the learner's word for a shop: the one in the browser, or a variant that is tested."""
    if site == SITE:
        return texts("monitor.browser")
    variant = BESIDE.get(site, site)
    return texts(f"variant.{variant}") if texts.has(f"variant.{variant}") else site


def _server_line(texts: Texts, server: ServerReading, reading: Reading) -> Line:
    held = texts("monitor.held", percent=server.throttled_percent)
    facts = [
        f"CPU {server.cpu_percent:.0f} % {of_share(texts, server)}",
        *([held] if server.is_held else []),
        f"{texts('monitor.memory')} {server.memory_mb:.0f} MB",
        f"{texts('monitor.disk')} {disk(texts, server.disk_kb_per_second)}",
    ]
    name = of_site(texts, server.name, server.site, reading)
    said = f"{name}: {', '.join(facts)}."
    if server.throttled_percent:
        said += f" {texts('monitor.held_means')}"
    figures = (server.cpu_percent, server.throttled_percent, server.memory_mb)
    return Line(said, "", figures, name=name)


def _service_line(texts: Texts, service: ServiceReading, reading: Reading) -> Line:
    name = of_site(texts, service.title, service.site, reading)
    if not service.running:
        said = f"{name}: {how_it_ended(texts, service)}."
        return Line(said, "", state="ended", name=name)
    own = own_figures(texts, service, reading)
    facts = [
        *([service.server] if service.server else []),
        *([f"{texts('monitor.port')} {service.port}"] if service.port else []),
        f"CPU {service.cpu_percent:.0f} %",
        f"{service.memory_mb:.0f} MB",
        *([own] if own else []),
    ]
    said = " ".join([f"{name}: {', '.join(facts)}.", *places_in_browser(texts, service)])
    return Line(said, own, (service.cpu_percent, service.memory_mb), "runs", name)


def how_it_ended(texts: Texts, service: ServiceReading) -> str:
    """Return that we stopped it, as at every end, or with which code it ended by itself."""
    return texts("monitor.stopped" if service.stopping else "monitor.ended", code=service.code)


def places_in_browser(texts: Texts, service: ServiceReading) -> Iterator[str]:
    """Yield why the shop for a browser has other places than stack.toml asks for."""
    workers, places = service.figures.get("workers"), service.figures.get("places")
    if service.site == SITE and workers == 1 and places and places > workers:
        yield texts("monitor.one_worker", threads=places)
