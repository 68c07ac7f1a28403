"""The monitor: a box per server with its gauges, and in it who calls whom and how busy each is."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content

from tutor.curriculum.figures import MAIN
from tutor.stack.gauge import Reading, ServerReading, ServiceReading
from tutor.stack.plan import ServerPlan, StackPlan
from tutor.tui.board import Board, ServiceState
from tutor.tui.flow import BUSY, FULL, Stop, flows, load_of, sources, stops
from tutor.tui.leads import LIMITS, SHOWN, leads
from tutor.tui.widgets.chart import Chart, bars
from tutor.tui.widgets.plain import Static
from tutor.tui.wording import LOAD_LOOKS, SERVICE_LOOKS, hanging
from tutor.views.monitor import disk, of_share, own_figures, server_peaks, service_peaks
from tutor.words.texts import Texts

FLOWS, QUIET = "━▶", "─▷"
"""The arrow to a service that is being called, and to one that is not."""
MUTED = "$text-muted"
LABEL, NAME, WORD = 8, 13, 7
"""Columns of the names of gauges, of services, and of how busy they are."""
GAUGE, SMALL_GAUGE = 14, 10
"""Columns of a full gauge, in the tab and at the side."""
SPARK, LONG_SPARK = 3, 24
"""Columns of a service's own history, and of one that has room."""
BOX = 116
"""Columns within a box at its widest."""
ROOMY = 110
"""Columns from which there is."""


class ServerBox(Static):
    """One server."""

    DEFAULT_CSS = """
    ServerBox {
        width: 100%; max-width: 120; height: auto; padding: 0 1;
        border: round $border; border-title-style: bold; border-title-color: $foreground;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """
    _shown = Content("")

    def show(self, lines: Content) -> None:
        """Show *lines*, if they are others than before."""
        if not self._shown.is_same(lines):
            taller = lines.plain.count("\n") != self._shown.plain.count("\n")
            self.update(lines, layout=taller or not self._shown.plain)
            self._shown = lines


class StackView(VerticalScroll, can_focus=True):
    """The figures that the level is about, then servers and services."""

    DEFAULT_CSS = """
    StackView { padding: 0 1; height: 1fr; scrollbar-size-vertical: 1; }
    StackView .leads { height: 5; }
    StackView .leads Chart { height: 5; padding: 0 1 0 0; }
    StackView .way-in { height: auto; }
    """

    def __init__(self, *, compact: bool = False) -> None:
        super().__init__()
        self._compact = compact
        """Leave out what a narrow place has no room for."""
        self._way_in = Content("")

    def compose(self) -> ComposeResult:
        """Yield the charts and the way in over the servers."""
        if not self._compact:
            with Horizontal(classes="leads"):
                for number in range(SHOWN):
                    yield Chart(id=f"lead{number}")
        yield Static(classes="way-in")

    def show(
        self, plan: StackPlan | None, problem: str, board: Board, texts: Texts, way_in: Content
    ) -> None:
        """Show *plan* with what *board* knows of it; *problem* where there is no plan."""
        if not self._compact or not plan:
            self._show_way_in(way_in if plan else Content(problem))
        servers = plan.servers if plan else ()
        boxes = [child for child in self.children if isinstance(child, ServerBox)]
        for box in boxes[len(servers) :]:
            box.remove()
        while len(boxes) < len(servers):
            boxes.append(ServerBox())
            self.mount(boxes[-1])
        self._show_leads(board, texts)
        for server, box in zip(servers, boxes, strict=False):
            assert plan is not None, "it has the servers"
            box.border_title = Content(self._server_title(server, plan, texts))
            lines = self._gauges(server, board, texts)
            lines += [self._service(stop, board, texts) for stop in stops(server, plan)]
            box.show(Content("\n").join(lines))

    def _show_way_in(self, line: Content) -> None:
        if not self._way_in.is_same(line):
            self._way_in = line
            self.query_one(".way-in", Static).update(line)

    def _show_leads(self, board: Board, texts: Texts) -> None:
        if self._compact:
            return
        found = leads(board, texts)
        self.query_one(".leads").display = bool(found)
        for number, chart in enumerate(self.query(Chart)):
            chart.display = number < len(found)
            if number < len(found):
                chart.show(found[number])

    def _server_title(self, server: ServerPlan, plan: StackPlan, texts: Texts) -> str:
        """Return the server's name behind an arrow from where its visitors or calls come."""
        where = [name or texts("tui.flow.visitors") for name in sources(server, plan)]
        memory = f" · {server.memory} MB" if server.memory else ""
        return (
            f"{', '.join(where)} {FLOWS} {server.name}{memory}" if where else server.name + memory
        )

    # -- servers -----------------------------------------------------------------------------------

    def _gauges(self, server: ServerPlan, board: Board, texts: Texts) -> list[Content]:
        reading = board.reading
        servers = reading.servers if reading else ()
        found = next((one for one in servers if one.name == server.name), None)
        if found is None:
            return []
        lines = [self._cpu(found, texts), self._rest(found, board, texts)]
        if not self._compact:
            lines[1:1] = self._beneath_cpu(found, board, texts)
        return lines

    def _cpu(self, server: ServerReading, texts: Texts) -> Content:
        percent = server.cpu_percent
        style = "$text-error" if percent >= FULL else "$text-success"
        if BUSY <= percent < FULL:
            style = "$text-warning"
        held = server.throttled_percent
        said = f"  {texts('monitor.held', percent=held)}" if held else ""
        share = f" {of_share(texts, server)}"
        return Content.assemble(
            f"{'CPU':<{LABEL}}",
            (level_bar(percent, SMALL_GAUGE if self._compact else GAUGE), style),
            (f" {percent:>3.0f} %", "bold"),
            ("" if self._compact else share, MUTED),
            (said, "$text-warning"),
        )

    def _beneath_cpu(self, server: ServerReading, board: Board, texts: Texts) -> list[Content]:
        """Return what "held back" means while it stands there, and the highest of the last run."""
        held = texts("monitor.held_means") if server.throttled_percent else ""
        peak = server_peaks(texts, board.peaks.of_server(server.name))
        mark = Content(" " * LABEL)
        return [
            hanging(mark, Content.styled(said, MUTED), self._columns)
            for said in (held, peak)
            if said
        ]

    def _rest(self, server: ServerReading, board: Board, texts: Texts) -> Content:
        """Return memory and disk, each with its own last seconds."""
        parts: list[str | tuple[str, str]] = []
        for name, attribute, said in (
            ("memory", "memory_mb", f"{server.memory_mb:.0f} MB"),
            ("disk", "disk_kb_per_second", disk(texts, server.disk_kb_per_second)),
        ):
            values = board.history.of_server(server.site, server.name, attribute)
            parts.append(
                f"{texts(f'monitor.{name}'):<{LABEL}}"
                if not parts
                else f"  {texts(f'monitor.{name}')} "
            )
            if not self._compact:
                # Nothing fills up here: what stays as it is must not look full.
                top = 2 * max(values, default=0.0)
                parts.append((sparkline(values, SMALL_GAUGE, top=top), "$text-primary"))
            parts.append((f" {said}", "bold"))
        return Content.assemble(*parts)

    # -- services ----------------------------------------------------------------------------------

    def _service(self, stop: Stop, board: Board, texts: Texts) -> Content:
        name = stop.service
        state = board.services.get(name, ServiceState())
        reading = board.reading
        seen = None
        # A process that runs need not answer yet: whoever starts it knows better.
        if reading is not None and state.word not in ("starting", "died"):
            seen = next((s for s in reading.services if s.title == name and s.running), None)
        if reading is None or seen is None:
            symbol, style = SERVICE_LOOKS[state.word]
            word = texts(f"tui.service.{state.word}")
            port = f"  :{state.port}" if state.port and state.word == "up" else ""
            return Content.assemble(
                (f"{stop.branch}{QUIET} ", MUTED),
                (f"{symbol} ", style),
                f"{name:<{self._name_width(stop)}} ",
                (word, style),
                (port, MUTED),
            )
        return self._busy_service(stop, seen, reading, board, texts)

    def _busy_service(
        self, stop: Stop, seen: ServiceReading, reading: Reading, board: Board, texts: Texts
    ) -> Content:
        """Return a service that runs: how it is called, how busy it is, and its own figures."""
        flowing = flows(seen, board.history, board.site)
        word = load_of(seen, flowing)
        symbol, style = LOAD_LOOKS[word]
        parts: list[str | tuple[str, str]] = [
            (f"{stop.branch}{FLOWS if flowing else QUIET} ", "" if flowing else MUTED),
            (f"{symbol} ", style),
            f"{stop.service:<{self._name_width(stop)}} ",
            (f"{texts(f'tui.flow.{word}'):<{WORD}} ", style),
        ]
        if self._compact:
            parts += [f"{seen.cpu_percent:>3.0f} %  ", main_figure(seen)]
            return Content.assemble(*parts)
        port = f":{seen.port:<5} " if self.size.width >= ROOMY else ""
        parts += [
            (port, MUTED),
            f"{seen.cpu_percent:>3.0f} % {seen.memory_mb:>4.0f} MB ",
            (self._spark(seen, board), "$text-primary"),
            " ",
        ]
        peaks = service_peaks(texts, board.peaks.of_service(seen.title))
        own = " · ".join(said for said in (own_figures(texts, seen, reading), peaks) if said)
        return beside(Content.assemble(*parts), Content(own), self._columns)

    @property
    def _columns(self) -> int:
        """The columns within a box; as many as anybody needs while nobody sees it."""
        boxes = self.query(ServerBox)
        return (boxes.first().content_size.width if boxes else 0) or BOX

    def _name_width(self, stop: Stop) -> int:
        """Return the columns of a name, so that what follows it stands in one column."""
        return NAME - len(stop.branch)

    def _spark(self, service: ServiceReading, board: Board) -> str:
        figure = MAIN.get(service.kind, "cpu_percent")
        values = board.history.of_service(service.site or board.site, service.title, figure)
        width = LONG_SPARK if self.size.width >= ROOMY else SPARK
        return sparkline(values, width, top=top_of(service, figure))


def beside(head: Content, figures: Content, width: int) -> Content:
    """Return *figures* behind *head*, in as many lines as they need; its branches go on below."""
    margin = "".join("│" if stroke in "│├" else " " for stroke in head.plain)
    return hanging(head, figures, width, Content.styled(margin, MUTED))


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
    units = {"hit_rate": " %", "lag_kb": " kB"}
    return f"{value:.0f}{units[figure]}" if figure in units else f"{value}"


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
