"""A question that is answered with a word."""

from textual import on
from textual.widgets import Input

from tutor.tui.ports import Said
from tutor.tui.typed import TypedDialog


class AskDialog(TypedDialog[str | None]):
    """Type a word and press enter."""

    def __init__(self, question: Said, before: str, how: Said) -> None:
        super().__init__(question, before, how, id="answer")

    @on(Input.Submitted)
    def answer(self, event: Input.Submitted) -> None:
        """Return what was typed."""
        event.stop()
        self.dismiss(event.value.strip() or None)
