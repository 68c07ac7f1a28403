"""How the learner likes the game: language, theme, motion, pace; each is remembered."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from textual.app import App, SystemCommand

from tutor.learner.session import Session
from tutor.tui import themes
from tutor.tui.base import Speaks
from tutor.words.texts import Texts


class SavedPreferences:
    """Changes how *app* speaks and looks, and saves it with the learner's progress."""

    def __init__(
        self, app: App[Any], session: Session, language: str, speak: Callable[[Texts], None]
    ) -> None:
        """Begin as the learner liked it last; *speak* gives the app the texts of a language."""
        self._app, self._session, self._speak = app, session, speak
        self.language = language
        remembered = session.progress
        self.paced = remembered.paced
        """Whether the story is told line by line."""
        if not themes.moves(remembered.motion):
            app.animation_level = "none"

    @property
    def motion(self) -> bool:
        """Whether anything may move."""
        return self._app.animation_level != "none"

    async def switch_language(self) -> None:
        """Speak the other language, and remember it."""
        await self.speak({"en": "es", "es": "en"}[self.language])

    async def speak(self, language: str) -> None:
        """Say everything that is on a screen again in *language*."""
        self.language = language
        self._speak(Texts(language))
        for screen in self._screens():
            await screen.change_language()
        self._save(language=language)

    def switch_theme(self) -> None:
        """Change to the next theme, and remember it."""
        self.use_theme(themes.after(self._app.theme))

    def use_theme(self, theme: str) -> None:
        """Look like *theme*, and remember it."""
        self._app.theme = theme
        self._save(theme=theme)
        for screen in self._screens():
            screen.call_after_refresh(screen.theme_changed)

    def allow_motion(self, moving: bool) -> None:
        """Let things move, or not, and remember it."""
        self._app.animation_level = "full" if moving else "none"
        self._save(motion=moving)

    async def set_pace(self, paced: bool) -> None:
        """Tell the story line by line, or scene by scene, and remember it."""
        self.paced = paced
        self._save(paced=paced)
        for screen in self._screens():
            await screen.change_pace()

    def theme_commands(self, texts: Texts) -> Iterator[SystemCommand]:
        """Offer each theme by name."""
        for name, theme in themes.NAMES.items():
            said = texts(f"tui.settings.theme.{name}")
            title = f"{texts('tui.settings.name.theme')}: {said}"
            tip = texts("tui.tips.switch_theme")
            yield SystemCommand(title, tip, partial(self.use_theme, theme))

    def _screens(self) -> list[Speaks[Any]]:
        return [screen for screen in self._app.screen_stack if isinstance(screen, Speaks)]

    def _save(self, **changed: Any) -> None:
        """Save what was changed, in the background."""

        def save() -> None:
            with self._session.progress_file.change() as progress:
                for name, value in changed.items():
                    setattr(progress, name, value)

        if isinstance(self._app.screen, Speaks):
            group = f"remember {' '.join(changed)}"
            self._app.screen.background(save, lambda _: None, group=group)
