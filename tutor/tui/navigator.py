"""The ways between the screens: the only module that knows them all, each when it is gone to."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import Screen

from tutor.base.errors import TutorError
from tutor.curriculum import Level
from tutor.judge import Verdict
from tutor.learner.journal import Entry
from tutor.tui.ports import Choices, Said

if TYPE_CHECKING:
    from tutor.events import RunFinished


class ScreenNavigator:
    """Goes from screen to screen of *app*; a screen is imported when somebody goes there."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app

    def title(self) -> Screen[Any]:
        """Return the screen that the game begins with."""
        from tutor.tui.screens.title import TitleScreen

        return TitleScreen()

    # -- on the way through the campaign ---------------------------------------------------------

    def to_map(self, start: Level | None = None) -> None:
        """Return to the level map; *start* begins a level from there."""
        from tutor.tui.screens.map import MapScreen

        app = self._app
        while len(app.screen_stack) > 1 and not isinstance(app.screen, MapScreen):
            app.pop_screen()
        if isinstance(app.screen, MapScreen):
            app.screen.refresh_levels()
            if start is not None:
                app.screen.enter_level(start)
        else:
            app.push_screen(MapScreen(start=start))

    def resume(self, level: Level | None) -> None:
        """Begin or go on with *level*; where there is none, stop at the map."""
        from tutor.tui.screens.map import MapScreen

        self._app.push_screen(MapScreen(resume=level))

    def to_story(self, level: Level) -> None:
        """Begin *level*: its story, then the work."""
        from tutor.tui.screens.story import StoryScreen

        self._app.push_screen(StoryScreen(level, then_work=True))

    def read_story(self, level: Level) -> None:
        """Read the story of *level* again."""
        from tutor.tui.screens.story import StoryScreen

        self._app.push_screen(StoryScreen(level))

    def to_work(self, level: Level) -> None:
        """Open the workbench of *level*."""
        from tutor.tui.screens.workbench import Workbench

        self._app.push_screen(Workbench(level))

    def from_story_to_work(self, level: Level) -> None:
        """Put the workbench of *level* in the place of its story."""
        from tutor.tui.screens.workbench import Workbench

        self._app.switch_screen(Workbench(level))

    def to_scene(self, level: Level, verdict: Verdict) -> None:
        """Play what *verdict* does to the people of the story."""
        from tutor.tui.screens.story import SceneScreen

        self._app.push_screen(SceneScreen(level, verdict))

    def to_lesson(self, level: Level) -> None:
        """Read what *level* taught."""
        from tutor.tui.screens.lesson import LessonScreen

        self._app.push_screen(LessonScreen(level))

    def to_certificate(self) -> None:
        """Show what was reached."""
        from tutor.tui.screens.certificate import CertificateScreen

        self._app.push_screen(CertificateScreen())

    # -- around the work -------------------------------------------------------------------------

    def to_verdict(self, level: Level, finished: "RunFinished", first: Mapping[str, Any]) -> None:
        """Show how a run ended; *first* was measured before anything was mended."""
        from tutor.tui.screens.verdict import VerdictScreen

        self._app.push_screen(VerdictScreen(level, finished, first))

    def to_win(self, level: Level, finished: "RunFinished") -> None:
        """Celebrate."""
        from tutor.tui.screens.win import WinScreen

        self._app.push_screen(WinScreen(level, finished))

    def verify(self) -> None:
        """Return from the verdict to the workbench and begin the full run."""
        from tutor.tui.screens.workbench import Workbench
        from tutor.tui.workbench.messages import RunAsked

        self._app.pop_screen()
        if isinstance(self._app.screen, Workbench):
            self._app.screen.post_message(RunAsked(quick=False))

    def to_answer(self, level: Level, diff: str) -> None:
        """Show the reference answer."""
        from tutor.tui.screens.answer import AnswerScreen

        self._app.push_screen(AnswerScreen(level, diff))

    def to_journal(self, level: Level, then: Callable[[Entry | None], None]) -> None:
        """List what was kept; *then* takes what is to be brought back."""
        from tutor.tui.screens.journal import JournalScreen

        self._app.push_screen(JournalScreen(level), then)

    # -- from anywhere ---------------------------------------------------------------------------

    def to_help(self) -> None:
        """List the keys of the screen in front."""
        from tutor.tui.screens.help import HelpScreen

        if not isinstance(self._app.screen, HelpScreen):
            self._app.push_screen(HelpScreen(self._app.screen))

    def to_room(self) -> None:
        """List what the room said; where it is listed already, close the list."""
        from tutor.tui.screens.room import RoomDialog

        if isinstance(self._app.screen, RoomDialog):
            self._app.screen.dismiss()
        else:
            self._app.push_screen(RoomDialog())

    def to_settings(self) -> None:
        """Offer language, theme, motion and pace; where they are offered already, leave them."""
        from tutor.tui.screens.settings import SettingsDialog

        if isinstance(self._app.screen, SettingsDialog):
            self._app.screen.dismiss()
        else:
            self._app.push_screen(SettingsDialog())

    def explain(self, error: TutorError, tail: str = "") -> None:
        """Show a failure that must be read."""
        from tutor.tui.screens.error import ErrorDialog

        self._app.push_screen(ErrorDialog(error, tail))

    # -- questions -------------------------------------------------------------------------------

    def confirm(self, question: Said, yes: Said, then: Callable[[bool | None], None]) -> None:
        """Ask before something that cannot be taken back lightly."""
        from tutor.tui.screens.confirm import ConfirmDialog

        self._app.push_screen(ConfirmDialog(question, yes), then)

    def choose(
        self,
        title: Said,
        choices: Choices | Callable[[], Choices],
        current: str,
        then: Callable[[str | None], None],
        *,
        how: Said = "",
    ) -> None:
        """Ask for one of a few *choices*."""
        from tutor.tui.screens.choice import ChoiceDialog

        self._app.push_screen(ChoiceDialog(title, choices, current, how=how), then)

    def ask_number(
        self,
        question: Said,
        before: str,
        then: Callable[[float | None], None],
        *,
        how: Said,
    ) -> None:
        """Ask for a number."""
        from tutor.tui.screens.number import NumberDialog

        self._app.push_screen(NumberDialog(question, before, how=how), then)

    def ask_word(
        self, question: Said, before: str, then: Callable[[str | None], None], *, how: Said
    ) -> None:
        """Ask for a word."""
        from tutor.tui.screens.ask import AskDialog

        self._app.push_screen(AskDialog(question, before, how), then)
