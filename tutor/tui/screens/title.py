"""The title: who we are, and where to go on."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Button, Static

from tutor.curriculum import Level
from tutor.errors import UsageError
from tutor.tui.base import TutorScreen
from tutor.tui.keys import key


class TitleScreen(TutorScreen):
    """The first screen."""

    AUTO_FOCUS = "#continue"
    BINDINGS = [
        key("enter", "go_on"),
        key("m", "map"),
        key("l", "app.switch_language", "language"),
        key("t", "app.switch_theme", "theme", show=False),
        key("q", "app.quit", "quit_title"),
    ]

    def content(self) -> ComposeResult:
        """Show the name and the way in."""
        with Vertical(id="title"):
            yield Static("L E V E L   U P", id="name", markup=False)
            yield Static(self.t("title.tagline"), id="tagline", markup=False)
            yield Button(self._first_choice(), id="continue", variant="primary")
            yield Button(self.t("title.map"), id="to-map")
            yield Button(self.t("title.language"), id="to-language")
            yield Button(self.t("title.quit"), id="to-quit")
            yield Static(self.t("title.credits"), id="credits", markup=False)

    def _first_choice(self) -> str:
        level = self._current
        if level is None:
            return self.t("title.begin")
        return self.t("title.continue", number=level.number, title=level.title[self.language])

    @property
    def _current(self) -> Level | None:
        try:
            return self.session.level
        except UsageError:
            return None

    def settle(self) -> None:
        """Put the focus back on the first choice."""
        self.query_one("#continue").focus()

    def on_screen_resume(self) -> None:
        """Say where the learner is by now."""
        if self.is_mounted and self.query("#continue"):
            self.query_one("#continue", Button).label = self._first_choice()

    @on(Button.Pressed, "#continue")
    def action_go_on(self) -> None:
        """Go on where the learner was; from the very start, to the map."""
        with self.explained():
            from tutor.tui.screens.map import MapScreen

            self.app.push_screen(MapScreen(resume=self._current))

    @on(Button.Pressed, "#to-map")
    def action_map(self) -> None:
        """Show all levels."""
        self.tutor.go_to_map()

    @on(Button.Pressed, "#to-language")
    async def choose_language(self) -> None:
        """Speak the other language."""
        self.app.call_next(self.tutor.action_switch_language)

    @on(Button.Pressed, "#to-quit")
    async def leave(self) -> None:
        """End the game."""
        await self.tutor.action_quit()
