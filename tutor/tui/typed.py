"""A question that is answered by typing."""

from typing import Any, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input

from tutor.tui.base import Dialog, said
from tutor.tui.keys import key
from tutor.tui.ports import Said
from tutor.tui.widgets.plain import Static

R = TypeVar("R")


class TypedDialog(Dialog[R]):
    """A question over a line to type into; escape leaves everything as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "nothing", display="esc")]

    def __init__(self, question: Said, before: str, how: Said, **line: Any) -> None:
        """Ask *question* over a line that says *before*; *line* is for its :class:`Input`."""
        super().__init__()
        self._question, self._how, self._line = question, how, line
        self._before = self._typed = before

    def content(self) -> ComposeResult:
        """Yield question, line and what to press."""
        with VerticalScroll(classes="dialog", can_focus=False):
            yield Static(said(self._question), classes="strong")
            yield Input(self._typed, select_on_focus=self._is_new, **self._line)
            yield Static(said(self._how), classes="muted")

    @property
    def _is_new(self) -> bool:
        """Whether typing replaces what stands there: nothing of it was typed just now."""
        return self._typed == self._before

    def on_mount(self) -> None:
        """Let the learner type at once."""
        self.settle()

    def settle(self) -> None:
        """Put the focus back on the line."""
        self.query_one(Input).focus()

    @on(Input.Changed)
    def remember(self, event: Input.Changed) -> None:
        """Remember what was typed: it outlives a change of language."""
        event.stop()
        self._typed = event.value
        event.input.select_on_focus = self._is_new

    def on_descendant_blur(self) -> None:
        """Keep the focus on the line: there is nothing else to type into."""
        if self.is_current and self.app.app_focus:
            self.settle()

    def action_nothing(self) -> None:
        """Return without an answer."""
        self.dismiss(None)
