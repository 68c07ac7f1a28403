"""The workbench: everything a learner needs to find and mend what is slow."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Grid, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Markdown, TabbedContent, TabPane

from tutor.curriculum import Level
from tutor.tui.bench.aids import HasAids
from tutor.tui.bench.files import EditsFiles
from tutor.tui.bench.logs import ReadsLogs
from tutor.tui.bench.shop import KeepsShop
from tutor.tui.bench.state import TICK, ShowsState
from tutor.tui.charts import MOST
from tutor.tui.keys import key
from tutor.tui.widgets.chart import Chart
from tutor.tui.widgets.diff_view import DiffView
from tutor.tui.widgets.files_pane import FilesPane
from tutor.tui.widgets.goals import GoalsView
from tutor.tui.widgets.hints import HintsView
from tutor.tui.widgets.log_view import LogView
from tutor.tui.widgets.look_pane import LookPane
from tutor.tui.widgets.plain import Static
from tutor.tui.widgets.question import Question
from tutor.tui.widgets.race_view import RaceView
from tutor.tui.widgets.run_bar import RunBar
from tutor.tui.widgets.stack_view import StackView
from tutor.tui.widgets.tabs import Tabs

TABS = ("briefing", "goals", "run", "stack", "files", "diff", "hints", "view")
ONLY_THERE = {
    "look_again": ("sql", "visits"),
    "other_page": ("sql", "visits"),
    "to_line": ("sql",),
    "other_visitors": ("visits",),
    "filter_log": ("logs",),
    "errors_only": ("logs",),
    "hold_log": ("logs",),
}
"""Keys that mean something on these tabs and looks only."""


class Workbench(EditsFiles, KeepsShop, HasAids, ShowsState, ReadsLogs):
    """The main screen of a level."""

    CSS_PATH = "workbench.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        key("c,f5", "check"),
        key("v,f9", "verify"),
        key("escape", "cancel", priority=True, display="esc"),
        key("b", "browser"),
        key("l", "links", show=False),
        key("e", "editor"),
        key("ctrl+s", "save"),
        key("d", "diagnose", show=False),
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
        key("q", "view('sql')", "view_sql", show=False),
        key("p", "view('visits')", "view_visits", show=False),
        key("u", "view('queue')", "view_queue", show=False),
        key("g", "look_again", show=False),
        key("t", "other_page", show=False),
        key("n", "other_visitors", show=False),
        key("i", "to_line", show=False),
        key("slash", "filter_log", show=False, display="/"),
        key("exclamation_mark", "errors_only", show=False, display="!"),
        key("space", "hold_log", show=False),
        *[
            key(str(n), f"tab('{name}')", f"tab_{name}", show=False)
            for n, name in enumerate(TABS, 1)
        ],
    ]

    def __init__(self, level: Level) -> None:
        super().__init__(level)
        self._briefing_of = ""

    # -- composing -------------------------------------------------------------------------------

    def content(self) -> ComposeResult:
        """Yield heading, tabs, side and run bar."""
        with Horizontal(id="heading"):
            yield Static(id="level-name")
            yield Static(id="shop")
        with Horizontal(id="room"):
            with Tabs(initial=self.tab, id="tabs"):
                for name in TABS:
                    with TabPane(self.tab_label(name), id=name):
                        yield from getattr(self, f"_{name}")()
            with Vertical(id="side"):
                yield Static(self.t("tab.goals"), classes="side-title")
                yield GoalsView(compact=True)
                yield Static(self.t("tab.stack"), classes="side-title")
                yield StackView(compact=True)
        yield RunBar()

    def _briefing(self) -> ComposeResult:
        yield Markdown(self.level.text("briefing", self.language), id="text")
        if self.level.diagnosis or self.level.prediction:
            yield Question(id="question")

    def _goals(self) -> ComposeResult:
        yield GoalsView()

    def _run(self) -> ComposeResult:
        yield RaceView()
        with Grid(id="charts"):
            for number in range(MOST):
                yield Chart(id=f"chart{number}")
        yield Static(id="log-name")
        yield LogView()

    def _stack(self) -> ComposeResult:
        yield StackView()

    def _files(self) -> ComposeResult:
        yield FilesPane()

    def _diff(self) -> ComposeResult:
        yield DiffView()

    def _hints(self) -> ComposeResult:
        yield HintsView()

    def _view(self) -> ComposeResult:
        yield LookPane(self.looks.view)

    def tab_label(self, name: str) -> Content:
        """Return the number of a tab, which is its key too, and what it is called."""
        said = self.t(f"look.{self.looks.view}" if name == "view" else f"tab.{name}")
        return Content.assemble((f"{TABS.index(name) + 1}", "bold"), f" {said}")

    def on_mount(self) -> None:
        """Show what is known, start the shop, watch the files."""
        self.settle()
        self.serve("mine")
        self.watch_files()
        self.watch_stack()
        self.set_interval(TICK, self.tick)

    def settle(self) -> None:
        """Show everything anew."""
        title = self.level.title[self.language]
        self.query_one("#level-name", Static).update(f"{self.level.number}  {title}")
        self.show_board()
        self.show_files()
        self.show_hints()
        self.show_diagnosis()
        self.bring_view()
        if self.desk.open:
            self.query_one(FilesPane).show_file(self.desk, self.tutor.texts)
        self.focus_tab()

    def show_files(self) -> None:
        """Show the list of files and, where it was replaced, the open one."""
        if not self.laid_out:
            return
        with self.explained():
            pane = self.query_one(FilesPane)
            pane.show_names(self.desk, self.tutor.texts)
            name = self.desk.open
            if name and name not in self.unsaved and self.desk.path(name).is_file():
                pane.show_file(self.desk, self.tutor.texts)
            if self.tab == "diff":
                self.read_diff()

    def on_resize(self) -> None:
        """Show what there is room for now."""
        self.call_after_refresh(self.show_board)

    # -- tabs ------------------------------------------------------------------------------------

    def show_tab(self, name: str) -> None:
        """Bring the tab *name* to the front, filled: the screen is laid out and drawn once."""
        self.query_one("#tabs", TabbedContent).active = name
        self._fill(name)

    def action_tab(self, name: str) -> None:
        """Bring the tab *name* to the front and its content into reach of the keys."""
        if name == "view" == self.tab:
            self.next_view()
            return
        self.show_tab(name)
        self.call_after_refresh(self.focus_tab)

    @on(TabbedContent.TabActivated)
    def enter_tab(self, event: TabbedContent.TabActivated) -> None:
        """Fill a tab that was brought to the front by the mouse."""
        # Of two keys in a row the first one's message comes when the second one's tab is in front.
        name = event.tabbed_content.active
        if name != self.tab:
            self._fill(name)

    def _fill(self, name: str) -> None:
        """Fetch what the tab *name* shows."""
        self.tab = name
        # The monitor shows all that the side shows of it, and needs the room.
        self.query_one("#side").set_class(self.tab == "stack", "-hidden")
        self.show_board()
        if self.tab == "diff":
            self.read_diff()
        elif self.tab == "view":
            self.bring_view()
        elif self.tab == "files" and not self.desk.open:
            first = next((name for name in self.level.files if self.desk.path(name).is_file()), "")
            if first:
                self.open_file(FilesPane.Chosen(first, edit=False))
                self.show_files()

    def focus_tab(self) -> None:
        """Bring the content of the tab in front into reach of the keys."""
        within = f"#{self.tab}" if self.tab != "view" else f"LookPane #{self.looks.view}"
        pane = self.query_one(within)
        inside = next((w for w in (pane, *pane.query("*")) if w.focusable), None)
        if inside is not None:
            inside.focus(scroll_visible=False)

    # -- elsewhere -------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to stop only while there is a run, and to begin one only while there is none.

        A full run may begin during a quick check: the check after a save must not be in its way.
        """
        if places := ONLY_THERE.get(action):
            return self.in_front in places
        if action == "cancel":
            return self.board.running
        if action == "verify":
            return not self.board.running or self.board.quick
        return not self.board.running if action == "check" else True

    def action_story_again(self) -> None:
        """Read the story again."""
        self.tutor.navigator.read_story(self.level)

    def action_to_map(self) -> None:
        """Return to the map; not while a run is on, nor with changes that are not saved."""
        if self.board.running:
            self.news("run.wait_for_end", severity="warning")
        elif self.unsaved:
            self.news("files.save_first", severity="warning", file=", ".join(self.unsaved))
        else:
            self.tutor.navigator.to_map()
