"""The logs of the services: chosen, filtered, followed or held."""

from typing import Any

from textual import on

from tutor.tui.bench.looks import LooksIntoShop
from tutor.tui.widgets.logs_pane import LogsPane
from tutor.views.log import LogLine, log_names, read_log

SHOWN = 400
"""Lines of a log that are shown at most, the newest ones."""


class ReadsLogs(LooksIntoShop):
    """The part of the workbench that shows logs."""

    log_source = ""
    """The log that is shown; empty before one was chosen."""
    log_filter = ""
    log_errors = False
    """Show errors only."""
    log_held = False
    """The log stands still while one reads."""

    def action_next_log(self) -> None:
        """Show the logs; where one is in front, the next one."""
        names = log_names(self.session.stack)
        if names and self.in_front == "logs":
            at = names.index(self.log_source) if self.log_source in names else -1
            self.log_source = names[(at + 1) % len(names)]
        self.action_view("logs")

    def action_filter_log(self) -> None:
        """Type what to look for."""
        self.query_one(LogsPane).focus_filter()

    def action_errors_only(self) -> None:
        """Show errors only, or everything again."""
        self.log_errors = not self.log_errors
        self.read_log()

    def action_hold_log(self) -> None:
        """Hold the log still, or follow it again."""
        self.log_held = not self.log_held
        self.read_log()

    @on(LogsPane.Chosen)
    def choose_log(self, message: LogsPane.Chosen) -> None:
        """Show the chosen log."""
        message.stop()
        self.log_source = message.name
        self.read_log()

    @on(LogsPane.Filtered)
    def filter_log(self, message: LogsPane.Filtered) -> None:
        """Show the lines that were asked for."""
        message.stop()
        self.log_filter = message.text
        self.read_log()

    def follow_log(self) -> None:
        """Let the log grow on the screen, unless it is held."""
        if self.in_front == "logs" and not self.log_held:
            self.read_log()

    def read_log(self) -> None:
        """Read the log anew, off the event loop."""
        stack, wanted, errors = self.session.stack, self.log_filter, self.log_errors
        source = self.log_source

        def read() -> tuple[list[str], str, list[LogLine]]:
            names = log_names(stack)
            name = source or next((n for n in names if n.startswith("gunicorn")), "")
            name = name or next(iter(names), "")
            return names, name, read_log(stack, name, wanted, errors=errors) if name else []

        self.background(read, self._show_log, group="log")

    def _show_log(self, found: Any) -> None:
        names, name, lines = found
        if not self.laid_out or (self.log_source and name != self.log_source):
            return
        self.log_source = name
        pane = self.query_one(LogsPane)
        pane.show_names(names, name, self.tutor.texts)
        narrowed = self.log_filter or self.log_errors
        empty = self.t("logs.no_match" if narrowed else "logs.nothing")
        pane.show_lines(lines[-SHOWN:], self._log_state(lines), empty)

    def _log_state(self, lines: list[LogLine]) -> str:
        errors = sum(line.kind == "error" for line in lines)
        parts = [
            self.t("logs.errors_only") if self.log_errors else "",
            self.t("logs.errors", count=errors) if errors else "",
            f"‖ {self.t('logs.held')}" if self.log_held else f"● {self.t('logs.follows')}",
        ]
        return " · ".join(filter(None, parts))
