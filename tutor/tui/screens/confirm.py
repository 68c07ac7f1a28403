"""A question before something that cannot be taken back lightly."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button

from tutor.tui.base import Dialog, said
from tutor.tui.keys import key
from tutor.tui.ports import Said
from tutor.tui.story import code
from tutor.tui.widgets.plain import Static


class ConfirmDialog(Dialog[bool]):
    """Yes or no; no is where the focus is."""

    AUTO_FOCUS = "#no"
    BINDINGS = [
        key("y,s", "answer(True)", "yes", display="y"),
        key("escape,n", "answer(False)", "no", display="esc"),
        key("left,right", "app.focus_next", "other_button", show=False, display="← →"),
    ]

    def __init__(self, question: Said, yes: Said) -> None:
        super().__init__()
        self.question, self.yes = question, yes

    def content(self) -> ComposeResult:
        """Show the question over its two answers."""
        with VerticalScroll(classes="dialog", can_focus=False):
            yield Static(code(said(self.question)))
            with Horizontal(classes="buttons"):
                yield Button(said(self.yes), id="yes", variant="warning")
                yield Button(self.t("confirm.no"), id="no")

    def settle(self) -> None:
        """Put the focus back on no."""
        self.query_one("#no").focus()

    @on(Button.Pressed)
    def press(self, event: Button.Pressed) -> None:
        """Answer with the button."""
        self.action_answer(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Give the answer."""
        self.dismiss(yes)
