"""The monitor: a box per server with its gauge, and in it what each service does."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tutor.curriculum.figures import MAIN
from tutor.stack.gauge import ServerReading, ServiceReading
from tutor.stack.plan import ServerPlan, StackPlan
from tutor.stack.telling import disk, own_figures, share_of
from tutor.texts import Texts
from tutor.tui.board import Board, ServiceState
from tutor.tui.leads import LIMITS, SHOWN, leads
from tutor.tui.widgets.chart import Chart, bars
from tutor.tui.wording import SERVICE_LOOKS

GAUGE, SMALL_GAUGE = 14, 10
"""Columns of a full gauge, in the tab and at the side."""
SPARK, LONG_SPARK = 6, 30
"""Columns of a service's own history, and of one that has room."""
ROOMY = 110
"""Columns from which there is."""
BUSY, FULL = 70, 90
"""Percent from which a gauge changes its colour; the number beside it says the same."""


class ServerBox(Static):
    """One server."""

    DEFAULT_CSS = """
    ServerBox {
        width: 100%; max-width: 120; height: auto; padding: 0 1;
        border: round $border; border-title-style: bold;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """


class StackView(VerticalScroll, can_focus=True):
    """The figures that the level is about, then servers and services."""

    DEFAULT_CSS = """
    StackView { padding: 0 1; height: 1fr; scrollbar-size-vertical: 1; }
    StackView .leads { height: 5; }
    StackView .leads Chart { height: 5; padding: 0 1 0 0; }
    StackView .way-in { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, *, compact: bool = False) -> None:
        super().__init__()
        self._compact = compact
        """Leave out what a narrow place has no room for."""

    def compose(self) -> ComposeResult:
        """Yield the charts and the way in over the servers."""
        if not self._compact:
            with Horizontal(classes="leads"):
                for number in range(SHOWN):
                    yield Chart(id=f"lead{number}")
        yield Static(classes="way-in", markup=False)

    def show(
        self, plan: StackPlan | None, problem: str, board: Board, texts: Texts, way_in: Content
    ) -> None:
        """Show *plan* with what *board* knows of it; *problem* where there is no plan."""
        self.query_one(".way-in", Static).update(way_in if plan else Content(problem))
        servers = plan.servers if plan else ()
        boxes = list(self.query(ServerBox))
        for box in boxes[len(servers) :]:
            box.remove()
        while len(boxes) < len(servers):
            boxes.append(ServerBox())
            self.mount(boxes[-1])
        self._show_leads(board, texts)
        for server, box in zip(servers, boxes, strict=False):
            box.border_title = self._server_title(server)
            lines = self._gauge(server, board, texts)
            lines += [self._service(name, board, texts) for name in server.services]
            box.update(Content("\n").join(lines))

    def _show_leads(self, board: Board, texts: Texts) -> None:
        if self._compact:
            return
        found = leads(board, texts)
        self.query_one(".leads").display = bool(found)
        for number, chart in enumerate(self.query(Chart)):
            chart.display = number < len(found)
            if number < len(found):
                lead = found[number]
                chart.show(lead.name, lead.unit, lead.values, lead.detail, "", top=lead.top)

    def _server_title(self, server: ServerPlan) -> str:
        memory = f"{server.memory} MB" if server.memory else ""
        return " · ".join(filter(None, [server.name, memory]))

    # -- servers -----------------------------------------------------------------------------------

    def _gauge(self, server: ServerPlan, board: Board, texts: Texts) -> list[Content]:
        reading = board.reading
        if reading is None:
            return []
        found = next((one for one in reading.servers if one.name == server.name), None)
        return [self._gauge_line(found, texts)] if found else []

    def _gauge_line(self, server: ServerReading, texts: Texts) -> Content:
        percent = server.cpu_percent
        style = "$text-error" if percent >= FULL else "$text-success"
        if BUSY <= percent < FULL:
            style = "$text-warning"
        width = SMALL_GAUGE if self._compact else GAUGE
        parts: list[str | tuple[str, str]] = [
            "CPU ",
            (level_bar(percent, width), style),
            (f" {percent:>3.0f} % ", "bold"),
        ]
        if not self._compact:
            share = f"{texts('monitor.of')} {share_of(texts, server)}"
            held = server.throttled_percent
            parts += [
                (f"{share:<13}", "$text-muted"),
                f"{server.memory_mb:>5.0f} MB {disk(server.disk_kb_per_second):>9}",
                (f"  {texts('monitor.held', percent=held)}" if held else "", "$text-warning"),
            ]
        else:
            parts.append(f"{server.memory_mb:>4.0f} MB  {disk(server.disk_kb_per_second)}")
        return Content.assemble(*parts)

    # -- services ----------------------------------------------------------------------------------

    def _service(self, name: str, board: Board, texts: Texts) -> Content:
        state = board.services.get(name, ServiceState())
        reading = board.reading
        seen = None
        # A process that runs need not answer yet: whoever starts it knows better.
        if reading is not None and state.word not in ("starting", "died"):
            seen = next((s for s in reading.services if s.title == name and s.running), None)
        symbol, style = SERVICE_LOOKS["up" if seen else state.word]
        head = (f"{symbol} ", style)
        if reading is None or seen is None:
            word = texts(f"tui.service.{state.word}")
            port = f"  :{state.port}" if state.port and state.word == "up" else ""
            return Content.assemble(head, f"{name:<12} ", (word, style), (port, "$text-muted"))
        if self._compact:
            return Content.assemble(
                head,
                f"{name:<12} {seen.cpu_percent:>3.0f} %  ",
                (self._spark(seen, board), "$text-accent"),
                f"  {main_figure(seen)}",
            )
        own = own_figures(texts, seen, reading)
        return Content.assemble(
            head,
            f"{name:<12}",
            (f" :{seen.port:<5}", "$text-muted"),
            f" {seen.cpu_percent:>3.0f} % {seen.memory_mb:>4.0f} MB ",
            (self._spark(seen, board), "$text-accent"),
            f" {own}",
        )

    def _spark(self, service: ServiceReading, board: Board) -> str:
        figure = MAIN.get(service.kind, "cpu_percent")
        values = board.history.of_service(service.site or board.site, service.title, figure)
        width = LONG_SPARK if self.size.width >= ROOMY else SPARK
        return sparkline(values, width, top=top_of(service, figure))


def top_of(service: ServiceReading, figure: str) -> float:
    """Return the value that fills a chart of this figure; 0 where the largest seen does."""
    if figure in ("hit_rate", "cpu_percent"):
        return 100
    return float(service.figures.get(LIMITS.get(figure, ""), 0))


def main_figure(service: ServiceReading) -> str:
    """Return what tells most of a service, as short as can be; empty where it is its CPU."""
    figure = MAIN.get(service.kind, "")
    value = service.figures.get(figure)
    if value is None:
        return ""
    if figure in LIMITS:
        return f"{value}/{service.figures[LIMITS[figure]]}"
    return f"{value:.0f} %" if figure == "hit_rate" else f"{value}"


def level_bar(percent: float, width: int) -> str:
    """Return a lying bar of *width* columns with a rest that shows how much there is still."""
    eighths = round(min(100.0, max(0.0, percent)) / 100 * width * 8)
    full, rest = divmod(eighths, 8)
    drawn = "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")
    return drawn + "·" * (width - len(drawn))


def sparkline(values: Sequence[float], width: int, top: float = 0) -> str:
    """Return the newest values as one line of bars, the last one at the right end."""
    if not values:
        return " " * width
    return bars(values[-width:], width, 1, top=top, widest=1)[0].rjust(width)
