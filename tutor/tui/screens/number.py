"""A number, asked for."""

from textual import on
from textual.validation import Function
from textual.widgets import Input

from tutor.tui.ports import Said
from tutor.tui.typed import TypedDialog


class NumberDialog(TypedDialog[float]):
    """Type a number and press enter; an empty line leaves it open."""

    CSS_PATH = "choice.tcss"

    def __init__(self, question: Said, before: str, *, how: Said) -> None:
        check = Function(lambda typed: number_of(typed) is not None)
        line = {"restrict": r"[0-9]*[.,]?[0-9]*", "max_length": 9, "validators": [check]}
        super().__init__(question, before, how, **line)

    @on(Input.Submitted)
    def note(self, event: Input.Submitted) -> None:
        """Answer with the number; an empty place leaves it open, what is none stays where it is."""
        event.stop()
        number = number_of(event.value)
        if number is not None or not event.value:
            self.dismiss(number)


def number_of(typed: str) -> float | None:
    """Return the number that was typed, with a point or a comma; None where it is none."""
    try:
        return float(typed.replace(",", "."))
    except ValueError:
        return None
