"""The title: who we are, and where to go on."""

from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Center, Vertical
from textual.widgets import Button

from tutor.curriculum import Level
from tutor.learner.way import is_begun, is_through, left, way_on
from tutor.tui.art.logo import spelled
from tutor.tui.art.office import NARROW, WIDE, office
from tutor.tui.base import TutorScreen
from tutor.tui.keys import key
from tutor.tui.left import offer_what_is_left
from tutor.tui.path import state_of
from tutor.tui.widgets.choice import Choice
from tutor.tui.widgets.plain import Static

if TYPE_CHECKING:
    from tutor.events import RunFinished

BEAT = 0.9
"""Seconds between two blinks of the rack."""
ROOMY = 27
"""Lines from which name, office and menu get some air."""


class TitleScreen(TutorScreen):
    """The first screen."""

    AUTO_FOCUS = "#continue"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (ROOMY, "-high")]
    BINDINGS = [
        key("enter", "go_on"),
        key("m", "map"),
        key("s", "app.settings", "settings"),
        key("l", "app.switch_language", "language"),
        key("t", "app.switch_theme", "theme", show=False),
        key("q", "app.quit", "quit_title"),
        key("down", "app.focus_next", "next_choice", show=False),
        key("up", "app.focus_previous", "previous_choice", show=False),
    ]
    _beat = 0
    _states: tuple[str, ...] = ()
    """How each level stands, for the lights of the rack."""
    _drawn: tuple[object, ...] = ()
    """Of what the name and the office that are shown were drawn."""

    def content(self) -> ComposeResult:
        """Show the name, the office and the way in."""
        self._drawn = ()
        with Vertical(id="title"):
            with Center():
                yield Static(id="name")
            yield Static(self.t("title.tagline"), id="tagline")
            with Center():
                yield Static(id="office")
            with Center(), Vertical(id="choices"):
                for name, said in self._choices():
                    yield Choice(said, id=name)
            yield Static(self.t("title.credits"), id="credits")

    def on_mount(self) -> None:
        """Draw, and let the rack blink where things may move."""
        self._look()
        self.set_interval(BEAT, self._blink)

    def on_resize(self, event: events.Resize) -> None:
        """Draw in the new size."""
        self.draw()

    def theme_changed(self) -> None:
        """Draw in the new colours."""
        self.draw()

    def _blink(self) -> None:
        if self.tutor.preferences.motion and self.is_current:
            self._beat += 1
            self.draw()

    def _look(self) -> None:
        """See how far the learner is, and draw it."""
        session, progress = self.session, self.session.progress
        self._states = tuple(state_of(session, progress, level) for level in session.levels)
        self.draw()

    def draw(self) -> None:
        """Draw name and office for the size and the colours of this moment."""
        if not self.query("#office"):
            return
        upper, lower = (self.app.theme_variables[name] for name in ("primary", "accent"))
        columns = self.app.size.width
        width = WIDE if columns > WIDE else min(NARROW, columns - 2)
        # Size, start and return all ask for it before the first frame.
        wanted = (upper, lower, width, self._states, self._beat)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        self.query_one("#name", Static).update(spelled("LEVEL UP", upper, lower))
        drawn = office(width, self._states, self._beat).drawn()
        self.query_one("#office", Static).update(drawn)

    def _choices(self) -> list[tuple[str, str]]:
        return [
            ("continue", self._first_choice()),
            ("to-map", self.t("title.map")),
            ("to-settings", self.t("title.settings")),
            ("to-language", self.t("title.language")),
            ("to-quit", self.t("title.quit")),
        ]

    def _first_choice(self) -> str:
        level = self._way_on
        if level is None:
            return self.t("title.left" if left(self.session) else "title.certificates")
        key = "title.continue" if is_begun(self.session, level) else "title.begin_level"
        return self.t(key, number=level.number, title=level.title[self.language])

    @property
    def _way_on(self) -> Level | None:
        return way_on(self.session)

    def settle(self) -> None:
        """Draw, and put the focus back on the first choice."""
        self.draw()
        self.query_one("#continue").focus()

    def on_screen_resume(self) -> None:
        """Say where the learner is by now."""
        if self.is_mounted and self.query("#continue"):
            self.query_one("#continue", Button).label = self._first_choice()
            self._look()

    def other_run_changed(self, run: "RunFinished | None") -> None:
        """Say where the learner is since then."""
        self.on_screen_resume()

    @on(Button.Pressed, "#continue")
    def action_go_on(self) -> None:
        """Begin, or go on where the learner was; the map lies below."""
        with self.explained():
            level = self._way_on
            if level is None and is_through(self.session):
                offer_what_is_left(self, self.tutor.navigator.resume)
            else:
                self.tutor.navigator.resume(level)

    @on(Button.Pressed, "#to-map")
    def action_map(self) -> None:
        """Show all levels."""
        self.tutor.navigator.to_map()

    @on(Button.Pressed, "#to-settings")
    def change_settings(self) -> None:
        """Offer language, theme, motion and pace."""
        self.tutor.navigator.to_settings()

    @on(Button.Pressed, "#to-language")
    async def choose_language(self) -> None:
        """Speak the other language."""
        self.app.call_next(self.tutor.preferences.switch_language)

    @on(Button.Pressed, "#to-quit")
    async def leave(self) -> None:
        """End the game."""
        await self.tutor.action_quit()
