"""The reference answer: its explanation, and the diff from the broken shop."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Markdown

from tutor.curriculum import Level
from tutor.tui.base import TutorScreen
from tutor.tui.keys import key
from tutor.tui.widgets.diff_view import diff_content
from tutor.tui.widgets.more import More
from tutor.tui.widgets.plain import Static
from tutor.words.ways import prose


class AnswerScreen(TutorScreen):
    """What we would have done."""

    CSS_PATH = "answer.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS = [key("escape", "back_answer", display="esc")]

    def __init__(self, level: Level, diff: str) -> None:
        super().__init__()
        self.level, self.diff = level, diff

    def content(self) -> ComposeResult:
        """Show explanation and diff on one page."""
        heading = self.t("answer.heading", title=self.level.title[self.language])
        yield Static(heading, id="heading")
        with VerticalScroll(id="page") as page:
            yield Markdown(prose(self.level, "answer", self.tutor.texts, "screens"))
            yield Static(self.t("answer.diff"), classes="strong")
            yield Static(diff_content(self.diff), id="diff")
        yield More(page)

    def settle(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#page").focus()

    def action_back_answer(self) -> None:
        """Return to the workbench."""
        self.app.pop_screen()
