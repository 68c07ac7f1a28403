"""A number, asked for."""

from textual import on
from textual.validation import Number
from textual.widgets import Input

from tutor.tui.ports import Said
from tutor.tui.typed import TypedDialog
from tutor.words.texts import numeral


class NumberDialog(TypedDialog[float]):
    """Type a number and press enter; an empty line leaves it open."""

    CSS_PATH = "choice.tcss"

    def __init__(self, question: Said, current: float | None, *, how: Said) -> None:
        before = "" if current is None else numeral(current)
        line = {"type": "number", "max_length": 9, "validators": [Number(minimum=0)]}
        super().__init__(question, before, how, **line)

    @on(Input.Submitted)
    def note(self, event: Input.Submitted) -> None:
        """Answer with the number; an empty place leaves it open, what is none stays where it is."""
        event.stop()
        if not event.value:
            self.dismiss(None)
        elif event.validation_result is None or event.validation_result.is_valid:
            self.dismiss(float(event.value))
