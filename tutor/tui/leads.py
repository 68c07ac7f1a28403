"""The figures that a level puts first on the monitor, as charts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tutor.curriculum.figures import SERVERS
from tutor.stack.gauge import History
from tutor.stack.peaks import Peaks
from tutor.tui.board import Board
from tutor.words.texts import Texts

SHOWN = 2
"""How many charts stand side by side."""
DEFAULT = ("servers.cpu",)
ATTRIBUTES = {
    "cpu": "cpu_percent",
    "memory": "memory_mb",
    "disk": "disk_kb_per_second",
    "throttled": "throttled_percent",
}
UNITS = {
    "cpu": "%",
    "throttled": "%",
    "hit_rate": "%",
    "memory": "MB",
    "disk": "kB/s",
    "lag_kb": "kB",
    "reads": "/s",
    "oldest_transaction": "s",
}
LIMITS = {"connections": "limit", "busy": "places"}
"""By figure of a service, the other figure that it cannot exceed."""


@dataclass(frozen=True, slots=True)
class Lead:
    """One chart."""

    name: str
    unit: str
    values: list[float]
    top: float
    """The value that fills the chart; 0 where the largest seen does."""
    detail: str
    limit: float = 0
    """Drawn as a line; 0 where there is none."""
    inner: Sequence[float] = ()
    """Drawn inside the bars: a part of each value."""
    newest: str = ""
    """What is said first: the last value as the learner reads it, where nothing else is."""


def leads(board: Board, texts: Texts) -> list[Lead]:
    """Return the charts that the level wants, as far as there are values; two at most."""
    reading = board.reading
    if reading is None:
        return []
    wanted = board.level.monitor or DEFAULT
    history, site, peaks = board.history, board.site, board.peaks
    found = [lead for name in wanted for lead in of_monitor(name, history, site, texts, peaks)]
    return found[:SHOWN]


def of_monitor(
    name: str, history: History, site: str, texts: Texts, peaks: Peaks | None = None
) -> Iterator[Lead]:
    """Yield the charts of one figure of the shop *site*: for ``servers``, one for each of them.

    *peaks* are of longer ago than *history* reaches.
    """
    if history.newest is None:
        return
    peaks = peaks or Peaks()
    reading = history.newest.of_site(site)
    about, _, figure = name.partition(".")
    attribute = ATTRIBUTES.get(figure, figure)
    said, unit = texts(f"monitor.figure.{figure}"), UNITS.get(figure, "")
    top = 100.0 if unit == "%" else 0.0
    if about == SERVERS:
        for server in reading.servers:
            values = history.of_server(site, server.name, attribute)
            peak = peaks.of_server(server.name).get(attribute, 0)
            title, detail = f"{server.name} · {said}", _detail([peak, *values], 0, texts)
            yield Lead(title, unit, values, top, detail, newest=newest_of(values, texts))
        return
    for service in reading.services:
        if service.kind == about and service.running:
            values = history.of_service(site, service.title, attribute)
            limit = float(service.figures.get(LIMITS.get(figure, ""), 0))
            peak = peaks.of_service(service.title).get(figure, 0)
            detail = _detail([peak, *values] if values else [], limit, texts)
            title = f"{service.title} · {said}"
            newest = newest_of(values, texts)
            yield Lead(title, unit, values, top or limit, detail, limit=limit, newest=newest)


def newest_of(values: Sequence[float], texts: Texts) -> str:
    """Return the last of *values* as a learner reads it."""
    return _read(values[-1], texts) if values else "–"


def _read(value: float, texts: Texts) -> str:
    return texts.number(round(value, 1 if value < 10 else None))


def _detail(values: list[float], limit: float, texts: Texts) -> str:
    """Return the highest value, and how high it can go."""
    if not values:
        return ""
    peak = texts("monitor.peak", value=_read(max(values), texts))
    return f"{peak} · {texts('monitor.limit', value=texts.number(limit))}" if limit else peak
