"""How the learner likes the game: language, theme, motion, pace; each is remembered."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from textual.app import App, SystemCommand

from tutor.progress import Progress
from tutor.session import Session
from tutor.texts import Texts
from tutor.tui import looks
from tutor.tui.base import Speaks
from tutor.tui.keys import translate


class HasLikes(App[int]):
    """The part of the app that changes how it speaks and looks."""

    session: Session
    texts: Texts
    paced = True
    """Whether the story is told line by line."""

    def take_likes(self, remembered: Progress) -> None:
        """Begin as the learner liked it last."""
        for theme in looks.THEMES:
            self.register_theme(theme)
        self.theme = looks.theme_of(remembered.theme)
        self.paced = remembered.paced
        if not looks.moves(remembered.motion):
            self.animation_level = "none"

    @property
    def motion(self) -> bool:
        """Whether anything may move."""
        return self.animation_level != "none"

    async def action_switch_language(self) -> None:
        """Speak the other language, and remember it."""
        await self.speak({"en": "es", "es": "en"}[self.texts.language])

    async def speak(self, language: str) -> None:
        """Say everything that is on a screen again in *language*."""
        self.texts = Texts(language)
        translate(self._bindings, self.texts)
        for screen in self.screen_stack:
            if isinstance(screen, Speaks):
                await screen.change_language()
        self.remember(language=language)

    def action_switch_theme(self) -> None:
        """Change to the next theme, and remember it."""
        self.wear(looks.after(self.theme))

    def wear(self, theme: str) -> None:
        """Look like *theme*, and remember it."""
        self.theme = theme
        self.remember(theme=theme)
        for screen in self.screen_stack:
            if isinstance(screen, Speaks):
                screen.call_after_refresh(screen.theme_changed)

    def move(self, moving: bool) -> None:
        """Let things move, or not, and remember it."""
        self.animation_level = "full" if moving else "none"
        self.remember(motion=moving)

    async def pace(self, paced: bool) -> None:
        """Tell the story line by line, or scene by scene, and remember it."""
        self.paced = paced
        self.remember(paced=paced)
        for screen in self.screen_stack:
            if isinstance(screen, Speaks):
                await screen.change_pace()

    def remember(self, **likes: Any) -> None:
        """Save how the learner likes things, in the background."""

        def save() -> None:
            with self.session.progress_file.change() as progress:
                for name, value in likes.items():
                    setattr(progress, name, value)

        if isinstance(self.screen, Speaks):
            self.screen.background(save, lambda _: None, group=f"remember {' '.join(likes)}")

    def action_settings(self) -> None:
        """Offer language, theme, motion and pace."""
        from tutor.tui.screens.settings import SettingsDialog

        if isinstance(self.screen, SettingsDialog):
            self.screen.dismiss()
        else:
            self.push_screen(SettingsDialog())

    def theme_commands(self) -> Iterator[SystemCommand]:
        """Offer each theme by name."""
        for name, theme in looks.NAMES.items():
            said = self.texts(f"tui.settings.theme.{name}")
            title = f"{self.texts('tui.settings.name.theme')}: {said}"
            yield SystemCommand(
                title, self.texts("tui.tips.switch_theme"), partial(self.wear, theme)
            )
