"""The workbench: everything a learner needs to find and mend what is slow."""

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Markdown, Static, TabbedContent, TabPane

from tutor.curriculum import Level
from tutor.errors import TutorError
from tutor.stack.plan import STACK_FILE, StackPlan, read_plan
from tutor.tui import wording
from tutor.tui.bench.aids import HasAids
from tutor.tui.bench.files import EditsFiles
from tutor.tui.bench.shop import KeepsShop
from tutor.tui.keys import key
from tutor.tui.widgets.chart import Chart
from tutor.tui.widgets.diff_view import DiffView
from tutor.tui.widgets.files_pane import FilesPane
from tutor.tui.widgets.goals import GoalsView
from tutor.tui.widgets.hints import HintsView
from tutor.tui.widgets.log_view import LogView
from tutor.tui.widgets.run_bar import RunBar
from tutor.tui.widgets.stack_view import StackView

TABS = ("briefing", "goals", "run", "stack", "files", "diff", "hints")
TICK = 1.0
"""Seconds between two looks at the clock and the logs."""


class Workbench(EditsFiles, KeepsShop, HasAids):
    """The main screen of a level."""

    CSS_PATH = "workbench.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    BINDINGS: list[BindingType] = [
        key("c,f5", "check"),
        key("v,f9", "verify"),
        key("escape", "cancel", priority=True, display="esc"),
        key("b", "browser"),
        key("e", "editor"),
        key("ctrl+s", "save"),
        key("h", "hint"),
        key("w", "verdict", show=False),
        key("o", "next_log", show=False),
        key("x", "swap", show=False),
        key("j", "journal", show=False),
        key("a", "answer", show=False),
        key("r", "reset", show=False),
        key("k", "check_on_save", show=False),
        key("s", "story_again", show=False),
        key("m", "to_map"),
        *[key(str(n), f"tab('{name}')", f"tab_{name}", show=False) for n, name in enumerate(TABS, 1)],
    ]

    def __init__(self, level: Level) -> None:
        super().__init__(level)
        self.log_source = ""
        """The service whose log is shown; empty for the steps of the run."""
        self._tab = "briefing"
        self._briefing_of = ""

    # -- composing -----------------------------------------------------------------------------------

    def content(self) -> ComposeResult:
        """Yield heading, tabs, side and run bar."""
        with Horizontal(id="heading"):
            yield Static(id="level-name", markup=False)
            yield Static(id="shop", markup=False)
        with Horizontal(id="room"):
            with TabbedContent(initial=self._tab, id="tabs"):
                for number, name in enumerate(TABS, 1):
                    with TabPane(f"{number} {self.t(f'tab.{name}')}", id=name):
                        yield from getattr(self, f"_{name}")()
            with Vertical(id="side"):
                yield Static(self.t("tab.goals"), classes="side-title", markup=False)
                yield GoalsView(compact=True)
                yield Static(self.t("tab.stack"), classes="side-title", markup=False)
                yield StackView()
        yield RunBar()

    def _briefing(self) -> ComposeResult:
        yield Markdown(self.level.text("briefing", self.language), id="text")

    def _goals(self) -> ComposeResult:
        yield GoalsView()

    def _run(self) -> ComposeResult:
        with Horizontal(id="charts"):
            yield Chart(id="throughput")
            yield Chart(id="latency")
        yield Static(id="log-name", markup=False)
        yield LogView()

    def _stack(self) -> ComposeResult:
        yield StackView()

    def _files(self) -> ComposeResult:
        yield FilesPane()

    def _diff(self) -> ComposeResult:
        yield DiffView()

    def _hints(self) -> ComposeResult:
        yield HintsView()

    def on_mount(self) -> None:
        """Show what is known, start the shop, watch the files."""
        self.settle()
        self.serve("mine")
        self.watch_files()
        self.set_interval(TICK, self.tick)

    def settle(self) -> None:
        """Show everything anew."""
        title = self.level.title[self.language]
        self.query_one("#level-name", Static).update(f"{self.level.number}  {title}")
        self.show_board()
        self.show_files()
        self.show_hints()
        if self.desk.open:
            self.query_one(FilesPane).show_file(self.desk, self.tutor.texts)
        self._focus_tab()

    # -- showing -------------------------------------------------------------------------------------

    def show_board(self) -> None:
        """Show what the board has by now."""
        if not self.laid_out or not self.query(RunBar):
            return
        texts = self.tutor.texts
        self.query_one(RunBar).show(self.board, texts)
        for goals in self.query(GoalsView):
            goals.show(self.board, texts)
        self._show_charts()
        self._show_stack()
        if not self.log_source:
            self._show_run_log()
        self.query_one("#shop", Static).update(self._shop_line())
        self.refresh_bindings()

    def _show_charts(self) -> None:
        samples, empty = self.board.samples, self.t("chart.empty")
        last = samples[-1] if samples else None
        users = self.t("chart.users", users=last.users) if last else ""
        wrong = self.t("chart.failures", failures=last.failures) if last else ""
        rps = wording.smooth([sample.rps for sample in samples])
        self.query_one("#throughput", Chart).show(
            self.t("chart.throughput"), self.t("chart.rps"), rps, f"{users} · {wrong}" if last else "", empty
        )
        p95 = [sample.p95_ms for sample in samples]
        median = self.t("chart.median", ms=wording.number(round(last.p50_ms))) if last else ""
        self.query_one("#latency", Chart).show(self.t("chart.latency"), "ms", p95, median, "")

    def _show_stack(self) -> None:
        plan: StackPlan | None = None
        problem = ""
        try:
            plan = read_plan(self.desk.path(STACK_FILE))
        except TutorError as error:
            problem = f"✖ {error.message}\n{error.hint}"
        way_in = Content.assemble(
            (self.t("stack.browser"), "bold"), " ──▶ ", self._shop_line(), "\n", (self.t("stack.how"), "$text-muted")
        )
        for view in self.query(StackView):
            view.show(plan, problem, self.board, self.tutor.texts, way_in)

    def _show_run_log(self) -> None:
        lines = []
        for seconds, event in self.board.log:
            if line := wording.event_line(self.tutor.texts, self.level, event):
                indent = len(line.plain) - len(line.plain.lstrip())
                when = f"{seconds:5.1f}" if seconds >= 0 else "    –"
                mark = Content.styled(f"{when}  {' ' * indent}", "$text-muted")
                lines.append((mark, line[indent:]))
        self.query_one("#log-name", Static).update(self.t("log.name", name=self.t("log.run")))
        empty = (Content(""), Content.styled(self.t("log.empty"), "$text-muted"))
        self.query_one(LogView).show(lines or [empty])

    def _shop_line(self) -> str:
        variant = self.tutor.texts(f"variant.{self.shop_variant}")
        if self.shop_error is not None:
            return f"✖ {self.t('shop.down', variant=variant)}"
        if not self.shop_url:
            return f"◐ {self.t('shop.starting', variant=variant)}"
        return f"● {self.t('shop.up', variant=variant)}  {self.shop_url}"

    def show_files(self) -> None:
        """Show the list of files and, where it was replaced, the open one."""
        if not self.laid_out:
            return
        with self.explained():
            pane = self.query_one(FilesPane)
            pane.show_names(self.desk, self.tutor.texts)
            if self.desk.open and self.desk.open not in self.desk.unsaved:
                if self.desk.path(self.desk.open).is_file():
                    pane.show_file(self.desk, self.tutor.texts)
            if self._tab == "diff":
                self.read_diff()

    # -- tabs ----------------------------------------------------------------------------------------

    def show_tab(self, name: str) -> None:
        """Bring the tab *name* to the front."""
        self.query_one("#tabs", TabbedContent).active = name

    def action_tab(self, name: str) -> None:
        """Bring the tab *name* to the front and its content into reach of the keys."""
        self.show_tab(name)
        self.call_after_refresh(self._focus_tab)

    @on(TabbedContent.TabActivated)
    def enter_tab(self, event: TabbedContent.TabActivated) -> None:
        """Fetch what the tab shows."""
        self._tab = event.pane.id or "briefing"
        if self._tab == "diff":
            self.read_diff()
        elif self._tab == "files" and not self.desk.open:
            first = next((name for name in self.level.files if self.desk.path(name).is_file()), "")
            if first:
                self.open_file(FilesPane.Chosen(first, edit=False))
                self.show_files()

    def _focus_tab(self) -> None:
        pane = self.query_one(f"#{self._tab}", TabPane)
        inside = next((w for w in pane.query("*") if w.focusable), None)
        if inside is not None:
            inside.focus(scroll_visible=False)

    # -- logs and the clock --------------------------------------------------------------------------

    def action_next_log(self) -> None:
        """Show the next log: the run's steps, then each service's."""
        logs = ["", *sorted(path.stem for path in self.session.stack.logs.glob("*.log"))]
        at = logs.index(self.log_source) if self.log_source in logs else 0
        self.log_source = logs[(at + 1) % len(logs)]
        self.show_tab("run")
        if self.log_source:
            self._read_log()
        else:
            self._show_run_log()

    def _read_log(self) -> None:
        name = self.log_source
        self.background(lambda: (name, self.session.stack.tail(name)), self._show_log, group="log")

    def _show_log(self, found: tuple[str, str]) -> None:
        name, tail = found
        if name == self.log_source and self.laid_out:
            self.query_one("#log-name", Static).update(self.t("log.name", name=name))
            lines = tail.rstrip().splitlines() or [self.t("log.nothing")]
            self.query_one(LogView).show([(Content(""), Content(line.expandtabs(4))) for line in lines])

    def tick(self) -> None:
        """Let the seconds pass on the screen, and the service's log grow."""
        if not self.laid_out:
            return
        if self.board.running:
            self.query_one(RunBar).show(self.board, self.tutor.texts)
        elif self.shop_url:
            self.background(self._stock, self._take_stock, group="stock")
        if self.log_source and self._tab == "run":
            self._read_log()

    def _stock(self) -> dict[str, dict[str, Any]] | None:
        try:
            return self.session.stack.status()
        except TutorError:
            return None

    def _take_stock(self, status: dict[str, dict[str, Any]] | None) -> None:
        if status is not None and self.laid_out and not self.board.running:
            before = dict(self.board.services)
            self.board.take_stock(status)
            if self.board.services != before:
                self._show_stack()

    # -- elsewhere -----------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to stop only while there is a run, and to begin one only while there is none."""
        if action == "cancel":
            return self.board.running
        return not self.board.running if action in ("check", "verify") else True

    def action_story_again(self) -> None:
        """Read the story again."""
        from tutor.tui.screens.story import StoryScreen

        self.app.push_screen(StoryScreen(self.level))

    def action_to_map(self) -> None:
        """Return to the map; not while a run is on, nor with changes that are not saved."""
        if self.board.running:
            self.news("run.wait_for_end", severity="warning")
        elif self.unsaved:
            self.news("files.save_first", severity="warning", file=", ".join(self.unsaved))
        else:
            self.tutor.go_to_map()
