"""A failure that must be read: what happened, what to do, the log's last lines."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button

from tutor.base.errors import ShopError, TutorError
from tutor.tui.base import Dialog
from tutor.tui.keys import key
from tutor.tui.story import code
from tutor.tui.widgets.plain import Static


class ErrorDialog(Dialog[None]):
    """Message, hint and log tail."""

    CSS_PATH = "error.tcss"
    AUTO_FOCUS = "#close"
    BINDINGS = [key("escape,q", "close", display="esc")]

    def __init__(self, error: TutorError, tail: str = "") -> None:
        super().__init__()
        self.error = error
        params = error.params if isinstance(error, ShopError) else {}
        self.tail = (
            tail or str(params.get("tail", "")) or str(getattr(error, "log_tail", ""))
        ).rstrip()

    def content(self) -> ComposeResult:
        """Show the failure."""
        message, hint = self.tutor.texts.error(self.error)
        with VerticalScroll(classes="dialog", can_focus=False):
            yield Static(
                f"! {self.t('error.title')}", classes="strong", id="error-title", markup=False
            )
            yield Static(code(message), id="message")
            if hint:
                yield Static(code(self.t("error.hint", hint=hint)), id="hint")
            if self.tail:
                with VerticalScroll(id="tail"):
                    yield Static(self.tail)
            with Horizontal(classes="buttons"):
                yield Button(self.t("error.close"), id="close", variant="primary")

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Return to where the learner was."""
        self.dismiss()
