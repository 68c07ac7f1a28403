"""What the board knows, shown: the run, its charts and logs, the stack."""

from textual import on, work
from textual.content import Content
from textual.widgets import Static

from tutor.errors import TutorError
from tutor.stack.gauge import INTERVAL
from tutor.stack.links import links
from tutor.stack.plan import STACK_FILE, StackPlan, read_plan
from tutor.tui import wording
from tutor.tui.bench.base import Bench
from tutor.tui.messages import StackRead
from tutor.tui.widgets.chart import Chart
from tutor.tui.widgets.goals import GoalsView
from tutor.tui.widgets.log_view import LogView
from tutor.tui.widgets.run_bar import RunBar
from tutor.tui.widgets.stack_view import StackView

TICK = 1.0
"""Seconds between two looks at the clock and the logs."""


class ShowsState(Bench):
    """The part of the workbench that shows what goes on."""

    _offered_running: bool | None = None
    """Whether a run was on when the keys were offered last."""

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
        self._show_run_log()
        self.query_one("#shop", Static).update(self._shop_line(most=self.size.width * 6 // 10))
        if self._offered_running != self.board.running:
            # Only then: the footer is empty for a moment each time it is made anew.
            self._offered_running = self.board.running
            self.refresh_bindings()

    def _show_charts(self) -> None:
        samples, empty = self.board.samples, self.t("chart.empty")
        last = samples[-1] if samples else None
        users = self.t("chart.users", users=last.users) if last else ""
        wrong = self.t("chart.failures", failures=last.failures) if last else ""
        rps = wording.smooth([sample.rps for sample in samples])
        self.query_one("#throughput", Chart).show(
            self.t("chart.throughput"),
            self.t("chart.rps"),
            rps,
            f"{users} · {wrong}" if last else "",
            empty,
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
            (self.t("stack.browser"), "bold"),
            " ──▶ ",
            self._shop_line(),
            "\n",
            (self._how_to_look(), "$text-muted"),
        )
        for view in self.query(StackView):
            view.show(plan, problem, self.board, self.tutor.texts, way_in)

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
        self.query_one("#log-name", Static).update(self.t("log.run"))
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
            self.query_one(RunBar).show(self.board, self.tutor.texts)
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
        self.board.history.add(message.reading)
        if message.reading.services and self.shop_url and not self.board.running:
            self.board.take_stock(message.reading)
        self.take_work()
        if self.laid_out and self.query(RunBar):
            self._show_stack()
