"""The logs of the services: chosen, filtered, followed or held."""

from typing import Any

from textual import on
from textual.app import ComposeResult

from tutor.tui.keys import key
from tutor.tui.widgets.logs_pane import LogsPane
from tutor.tui.workbench.model import ChosenLog, WorkModel
from tutor.tui.workbench.view import View
from tutor.views.log import LogLine, log_names, read_log

SHOWN = 400
"""Lines of a log that are shown at most, the newest ones."""


class ServiceLogs(View):
    """One log of the stack, and the way to the others."""

    NAME = "logs"
    KEY = "o"
    KEYS = (
        key("n", "next_log", show=False),
        key("slash", "filter_log", show=False, display="/"),
        key("exclamation_mark", "errors_only", show=False, display="!"),
        key("space", "hold_log", show=False),
    )

    def __init__(self, model: WorkModel) -> None:
        super().__init__(model)
        self._log = ChosenLog()

    def compose(self) -> ComposeResult:
        """Yield chooser, filter and log."""
        yield LogsPane()

    def entered(self) -> None:
        """Read the log anew."""
        if self.is_in_front:
            self._read()

    def tick(self) -> None:
        """Let the log grow on the screen, unless it is held."""
        if self.is_in_front and not self._log.held:
            self._read()

    # -- keys ------------------------------------------------------------------------------------

    def action_next_log(self) -> None:
        """Show the log of the next service."""
        names = log_names(self.session.stack)
        if names:
            at = names.index(self._log.name) if self._log.name in names else -1
            self._log.name = names[(at + 1) % len(names)]
        self._read()

    def action_filter_log(self) -> None:
        """Type what to look for."""
        self.query_one(LogsPane).focus_filter()

    def action_errors_only(self) -> None:
        """Show errors only, or everything again."""
        self._log.errors_only = not self._log.errors_only
        self._read()

    def action_hold_log(self) -> None:
        """Hold the log still, or follow it again."""
        self._log.held = not self._log.held
        self._read()

    @on(LogsPane.Chosen)
    def choose_log(self, message: LogsPane.Chosen) -> None:
        """Show the chosen log."""
        message.stop()
        self._log.name = message.name
        self._read()

    @on(LogsPane.Filtered)
    def filter_log(self, message: LogsPane.Filtered) -> None:
        """Show the lines that were asked for."""
        message.stop()
        self._log.text = message.text
        self._read()

    # -- reading ---------------------------------------------------------------------------------

    def _read(self) -> None:
        """Read the log anew, off the event loop."""
        stack, chosen = self.session.stack, self._log
        source, wanted, errors = chosen.name, chosen.text, chosen.errors_only

        def read() -> tuple[list[str], str, list[LogLine]]:
            names = log_names(stack)
            name = source or next((n for n in names if n.startswith("gunicorn")), "")
            name = name or next(iter(names), "")
            return names, name, read_log(stack, name, wanted, errors=errors) if name else []

        self.background(read, self._show, group="log")

    def _show(self, found: Any) -> None:
        names, name, lines = found
        if self._log.name and name != self._log.name:
            return
        self._log.name = name
        pane = self.query_one(LogsPane)
        pane.show_names(names, name, self.texts)
        empty = self.t("logs.no_match" if self._log.is_narrowed else "logs.nothing")
        pane.show_lines(lines[-SHOWN:], self._state(lines), empty)

    def _state(self, lines: list[LogLine]) -> str:
        errors = sum(line.kind == "error" for line in lines)
        parts = [
            self.t("logs.errors_only") if self._log.errors_only else "",
            self.t("logs.errors", count=errors) if errors else "",
            f"‖ {self.t('logs.held')}" if self._log.held else f"● {self.t('logs.follows')}",
        ]
        return " · ".join(filter(None, parts))
