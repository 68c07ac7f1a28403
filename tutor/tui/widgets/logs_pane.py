"""The logs: which one, what to look for, and its end."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Select

from tutor.tui.widgets.log_view import LogView
from tutor.tui.widgets.plain import Static
from tutor.views.log import LogLine
from tutor.words.texts import Texts

SIGNS = {"error": ("✖", "$text-error"), "warning": ("!", "$text-warning"), "": (" ", "")}
"""By kind of line, the sign in the margin and the colour."""
STATE = 26
"""Columns for what is followed and how much was found."""


class Filter(Input):
    """The line to type a filter into; escape gives the keys back."""

    @dataclass
    class Left(Message):
        """The learner pressed escape or enter."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("escape", "enter", "down"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Left())
        else:
            await super()._on_key(event)


class LogsPane(Vertical):
    """A bar with chooser and filter over the log."""

    DEFAULT_CSS = """
    LogsPane { height: 1fr; }
    LogsPane #log-bar { dock: top; height: 1; background: $surface; }
    LogsPane #log-choice { width: 30; }
    LogsPane #log-filter { width: 1fr; margin: 0 1; }
    LogsPane #log-state { width: 26; text-align: right; padding: 0 1; color: $text-muted; }
    """

    @dataclass
    class Chosen(Message):
        """The learner wants to see the log *name*."""

        name: str

    @dataclass
    class Filtered(Message):
        """The learner wants the lines with *text* in them only."""

        text: str

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []

    def compose(self) -> ComposeResult:
        """Yield the log first: it is what the arrow keys move."""
        yield LogView()
        with Horizontal(id="log-bar"):
            # No letters jump in it: those of the workbench mean the same everywhere.
            yield Select[str](
                (),
                allow_blank=True,
                compact=True,
                id="log-choice",
                prompt="…",
                type_to_search=False,
            )
            yield Filter(compact=True, id="log-filter")
            yield Static(id="log-state")

    def show_names(self, names: Sequence[str], chosen: str, texts: Texts) -> None:
        """List the logs there are."""
        select = self.query_one("#log-choice", Select)
        with self.prevent(Select.Changed):
            if self._names != list(names):
                self._names = list(names)
                select.set_options([(name, name) for name in names])
            select.value = chosen if chosen in names else Select.NULL
        self.query_one(Filter).placeholder = texts("tui.logs.filter")

    def show_lines(self, lines: Sequence[LogLine], state: str, empty: str) -> None:
        """Show the chosen lines, each kind with its sign."""
        rows = [_row(line) for line in lines]
        nothing = (Content(""), Content.styled(empty, "$text-muted"))
        self.query_one(LogView).show(rows or [nothing])
        self.say(state)

    def say(self, state: str) -> None:
        """Say whether the log is followed, and what was found."""
        self.query_one("#log-state", Static).update(state)

    def focus_filter(self) -> None:
        """Let the learner type what to look for."""
        self.query_one(Filter).focus()

    @on(Select.Changed, "#log-choice")
    def choose(self, event: Select.Changed) -> None:
        """Show another log."""
        event.stop()
        if isinstance(event.value, str):
            self.post_message(self.Chosen(event.value))
            self.query_one(LogView).focus()

    @on(Input.Changed, "#log-filter")
    def look_for(self, event: Input.Changed) -> None:
        """Show other lines."""
        event.stop()
        self.post_message(self.Filtered(event.value))

    @on(Filter.Left)
    def leave_filter(self, event: Filter.Left) -> None:
        """Give the keys back to the log."""
        event.stop()
        self.query_one(LogView).focus()


def _row(line: LogLine) -> tuple[Content, Content]:
    sign, style = SIGNS[line.kind]
    return Content.styled(f"{sign} ", style), Content.styled(line.text.expandtabs(4), style)
