"""A question that is answered with a word."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from tutor.tui.base import Dialog
from tutor.tui.keys import key


class AskDialog(Dialog[str | None]):
    """A line to type into; escape leaves everything as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "nothing", display="esc")]

    def __init__(self, question: str, before: str, how: str) -> None:
        super().__init__()
        self._question, self._before, self._how = question, before, how

    def content(self) -> ComposeResult:
        """Yield question, line and what to press."""
        with Vertical(classes="dialog"):
            yield Static(self._question, classes="strong", markup=False)
            yield Input(self._before, id="answer")
            yield Static(self._how, classes="muted", markup=False)

    def on_mount(self) -> None:
        """Let the learner type at once."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def answer(self, event: Input.Submitted) -> None:
        """Return what was typed."""
        event.stop()
        self.dismiss(event.value.strip() or None)

    def action_nothing(self) -> None:
        """Return without an answer."""
        self.dismiss(None)
