"""The lesson: what happened, and what it means."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Markdown

from tutor.curriculum import Level
from tutor.learner.certificate import FINALES
from tutor.tui.base import TutorScreen
from tutor.tui.keys import key
from tutor.tui.widgets.more import More
from tutor.tui.widgets.plain import Static
from tutor.words.ways import prose


class LessonScreen(TutorScreen):
    """The lesson of a level, to be read in peace."""

    CSS_PATH = "lesson.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS = [
        key("escape", "back_lesson", display="esc"),
        key("n", "next_level"),
        key("m", "to_map"),
    ]

    def __init__(self, level: Level) -> None:
        super().__init__()
        self.level = level
        if level.number in FINALES:
            # After the last lesson comes no level but what was reached.
            self._bindings.key_to_bindings["n"] = [key("n", "certificate")]

    def content(self) -> ComposeResult:
        """Show the lesson."""
        heading = self.t("lesson.heading", title=self.level.title[self.language])
        yield Static(heading, id="heading")
        with VerticalScroll(id="page") as page:
            yield Markdown(prose(self.level, "lesson", self.tutor.texts, "screens"))
        yield More(page)

    def settle(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#page").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the next level where there is one."""
        return self.session.next_level(self.level) is not None if action == "next_level" else True

    def action_back_lesson(self) -> None:
        """Return to where the learner came from."""
        self.app.pop_screen()

    def action_certificate(self) -> None:
        """Show what was reached."""
        self.tutor.navigator.to_certificate()

    def action_next_level(self) -> None:
        """Begin the next level."""
        self.tutor.navigator.to_map(start=self.session.next_level(self.level))

    def action_to_map(self) -> None:
        """Return to the map."""
        self.tutor.navigator.to_map()
