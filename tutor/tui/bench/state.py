"""What the board knows, shown: the run, its charts and logs, the stack."""

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from textual import on, work
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from tutor.errors import TutorError
from tutor.stack.gauge import INTERVAL
from tutor.stack.links import links
from tutor.stack.plan import STACK_FILE, StackPlan, read_plan
from tutor.tui import wording
from tutor.tui.bench.base import Bench
from tutor.tui.charts import charts
from tutor.tui.messages import StackRead
from tutor.tui.widgets.chart import Chart
from tutor.tui.widgets.goals import GoalsView
from tutor.tui.widgets.log_view import LogView
from tutor.tui.widgets.plain import Static
from tutor.tui.widgets.race_view import RaceView
from tutor.tui.widgets.run_bar import RunBar
from tutor.tui.widgets.stack_view import StackView

REDRAW = 0.2
"""Seconds between two redraws at least, however much happens: the load test needs the CPU."""
TICK = 1.0
"""Seconds between two looks at the clock and the logs."""


@dataclass(frozen=True, slots=True)
class Views:
    """The widgets that show the board."""

    run_bar: RunBar
    goals: list[GoalsView]
    stacks: list[StackView]
    charts: list[Chart]


def is_seen(widget: Widget) -> bool:
    """Return whether *widget* is anywhere on the screen: neither in another tab nor hidden."""
    return all(one.display for one in (widget, *widget.ancestors) if isinstance(one, Widget))


class ShowsState(Bench):
    """The part of the workbench that shows what goes on."""

    _shown_at = 0.0
    """When the board was shown last, on the monotonic clock."""
    _known: Views | None = None
    _read: tuple[tuple[int, str], tuple[StackPlan | None, str]] | None = None
    """What stack.toml said when it was read last, and when it had been saved."""
    _redraw: Timer | None = None
    """What will show it once more."""
    _offered_running: bool | None = None
    """Whether a run was on when the keys were offered last."""

    def show_board_soon(self) -> None:
        """Show it at once, or with what else comes in the next moment."""
        if time.monotonic() - self._shown_at >= REDRAW:
            self.show_board()
        elif self._redraw is None:
            self._redraw = self.set_timer(REDRAW, self.show_board)

    def show_board(self) -> None:
        """Show what the board has by now, wherever somebody can see it."""
        if self._redraw is not None:
            self._redraw.stop()
            self._redraw = None
        self._shown_at = time.monotonic()
        if not self.laid_out or not self.query(RunBar):
            return
        texts = self.tutor.texts
        self._views.run_bar.show(self.board, texts)
        for goals in self._views.goals:
            if is_seen(goals):
                goals.show(self.board, texts)
        if self.tab == "run":
            self._show_charts()
            self._show_run_log()
        self._show_stack()
        self._show_shop()
        if self._offered_running != self.board.running:
            # Only then: the footer is empty for a moment each time it is made anew.
            self._offered_running = self.board.running
            self.refresh_bindings()

    @property
    def _views(self) -> "Views":
        """The widgets that are shown again and again: looked for once, and after a new language."""
        if self._known is None or not self._known.run_bar.is_attached:
            self._known = Views(
                self.query_one(RunBar),
                list(self.query(GoalsView)),
                list(self.query(StackView)),
                list(self.query("#charts Chart").results(Chart)),
            )
        return self._known

    def _show_shop(self) -> None:
        line = self._shop_line(most=self.size.width * 6 // 10)
        shop = self.query_one("#shop", Static)
        if shop.content != line:
            shop.update(line)

    def _show_charts(self) -> None:
        found, empty = charts(self.board, self.tutor.texts), self.t("chart.empty")
        for number, chart in enumerate(self._views.charts):
            chart.display = number < len(found)
            if number < len(found):
                chart.show(found[number], empty if number == 0 else "")
        self.query_one(RaceView).show(self.board, self.tutor.texts)
        # Where there is no room for both, the charts give way to the race, then it to them.
        is_loaded, race = bool(self.board.samples), self.board.race
        racing = race is not None and len(race.started.shops) > 1 and not is_loaded
        self.query_one("#run").set_class(racing, "-racing").set_class(is_loaded, "-loaded")

    def _show_stack(self) -> None:
        views = [view for view in self._views.stacks if is_seen(view)]
        if not views:
            return
        plan, problem = self._plan()
        way_in = Content.assemble(
            (self.t("stack.browser"), "bold"),
            " ──▶ ",
            self._shop_line(),
            "\n",
            (self._how_to_look(), "$text-muted"),
        )
        for view in views:
            view.show(plan, problem, self.board, self.tutor.texts, way_in)

    def _plan(self) -> tuple[StackPlan | None, str]:
        """Return what stack.toml says, or what is wrong with it; read anew when it was saved."""
        path = self.desk.path(STACK_FILE)
        with suppress(OSError):
            seen = (path.stat().st_mtime_ns, self.language)
            if self._read is not None and self._read[0] == seen:
                return self._read[1]
            self._read = seen, self._read_plan(path)
            return self._read[1]
        return self._read_plan(path)

    def _read_plan(self, path: Path) -> tuple[StackPlan | None, str]:
        try:
            return read_plan(path), ""
        except TutorError as error:
            message, hint = self.tutor.texts.error(error)
            return None, f"✖ {message}\n{hint}"

    def _how_to_look(self) -> str:
        """Name the keys that open something in the browser, and what there is beside the shop."""
        newest = self.board.history.newest
        names = [name for name in (links(newest) if newest else {}) if name != "shop"]
        said = ", ".join(self.tutor.texts(f"links.short.{name}") for name in names)
        more = self.t("links.more", names=said) if names else ""
        return f"{self.t('stack.how')}{more}."

    def _show_run_log(self) -> None:
        lines = []
        for seconds, event in self.board.log:
            if line := wording.event_line(self.tutor.texts, self.level, event):
                indent = len(line.plain) - len(line.plain.lstrip())
                when = f"{seconds:5.1f}" if seconds >= 0 else "    –"
                mark = Content.styled(f"{when}  {' ' * indent}", "$text-muted")
                lines.append((mark, line[indent:]))
        self.query_one("#log-name", Static).update(self.t("log.run"), layout=False)
        empty = (Content(""), Content.styled(self.t("log.empty"), "$text-muted"))
        self.query_one("#run LogView", LogView).show(lines or [empty])

    def _shop_line(self, most: int = 0) -> str:
        """Say where the shop is; of an address that is longer than *most*, without its page."""
        variant = self.tutor.texts(f"variant.{self.shop_variant}")
        if self.shop_error is not None:
            return f"✖ {self.t('shop.down', variant=variant)}"
        if not self.shop_url:
            return f"◐ {self.t('shop.starting', variant=variant)}"
        said = f"● {self.t('shop.up', variant=variant)}  "
        if most and len(said + self.shop_url) > most:
            return said + self.shop_url.removesuffix(self.level.page) + "/"
        return said + self.shop_url

    # -- the clock -------------------------------------------------------------------------------

    def tick(self) -> None:
        """Let the seconds pass on the screen, and the service's log grow."""
        if not self.laid_out:
            return
        if self.board.running:
            self._views.run_bar.show(self.board, self.tutor.texts)
        self.follow_log()

    # -- the monitor -----------------------------------------------------------------------------

    @work(thread=True, group="monitor")
    def watch_stack(self) -> None:
        """Look at the stack every second, whether a run is on or not."""
        gauge = self.session.gauge()
        while not self.watching.wait(INTERVAL):
            self.post_message(StackRead(gauge.look()))

    @on(StackRead)
    def take_reading(self, message: StackRead) -> None:
        """Remember what the monitor saw, and show it where somebody looks."""
        message.stop()
        self.board.watch(message.reading)
        if message.reading.services and self.shop_url and not self.board.running:
            self.board.take_stock(message.reading)
        self.take_work()
        if self.laid_out and self.query(RunBar):
            self._show_stack()
