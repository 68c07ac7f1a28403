"""A number, asked for."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.validation import Number
from textual.widgets import Input, Static

from tutor.texts import numeral
from tutor.tui.base import Dialog
from tutor.tui.keys import key


class NumberDialog(Dialog[float]):
    """Type a number and press enter; escape leaves it open."""

    CSS_PATH = "choice.tcss"
    BINDINGS = [key("escape", "nothing", display="esc")]

    def __init__(self, question: str, current: float | None, *, how: str) -> None:
        super().__init__()
        self.question, self.current, self.how = question, current, how

    def content(self) -> ComposeResult:
        """Show the question and a place for the number."""
        with Vertical(classes="dialog"):
            yield Static(self.question, classes="strong", markup=False)
            said = "" if self.current is None else numeral(self.current)
            yield Input(said, type="number", max_length=9, validators=[Number(minimum=0)])
            yield Static(self.how, classes="muted", markup=False)

    @on(Input.Submitted)
    def note(self, event: Input.Submitted) -> None:
        """Answer with the number; an empty place leaves it open, what is none stays where it is."""
        event.stop()
        if not event.value:
            self.dismiss(None)
        elif event.validation_result is None or event.validation_result.is_valid:
            self.dismiss(float(event.value))

    def action_nothing(self) -> None:
        """Leave it open."""
        self.dismiss(None)
