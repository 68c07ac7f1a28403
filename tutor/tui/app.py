"""The game's app: wires session, screens and language together."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from textual.app import SystemCommand
from textual.screen import Screen
from textual.worker import Worker

from tutor.base.errors import TutorError
from tutor.catalogue import language_of_environment
from tutor.curriculum import Level
from tutor.learner.session import Session
from tutor.tui.base import Speaks
from tutor.tui.ending import ends_in_order
from tutor.tui.garbage import search_from_now_on
from tutor.tui.keys import key, translate
from tutor.tui.navigator import ScreenNavigator
from tutor.tui.preferences import SavedPreferences
from tutor.tui.seated import SitsInRoom
from tutor.tui.themes import KnowsThemes, theme_of
from tutor.words.texts import Texts

PATIENCE = 1.0
"""Seconds for a run to end by itself before its services are taken away."""


class TutorApp(SitsInRoom, KnowsThemes):
    """The game."""

    TITLE = "Level Up"
    CSS_PATH = ["app.tcss", "screens/title.tcss"]
    navigator: ScreenNavigator
    ENABLE_COMMAND_PALETTE = True
    BINDINGS = [
        key("question_mark", "help", display="?"),
        # Where a question mark is a letter.
        key("f1", "help"),
        # With priority, because a dialog hears nothing else of the app.
        key("f2", "settings", show=False, priority=True),
        key("ctrl+l", "switch_language", show=False, priority=True),
        key("ctrl+t", "switch_theme", show=False, priority=True),
        key("ctrl+q", "quit", show=False, priority=True),
    ]

    def __init__(
        self,
        session: Session,
        level: Level | None = None,
        language: str = "",
        *,
        showroom: Callable[[Session], Any] | None = None,
    ) -> None:
        self.session = session
        language = language or session.progress.language or language_of_environment()
        self.texts = Texts(language)
        self.ground_lock = threading.Lock()
        """Held by whoever starts services: the shop for the browser, or a run."""
        self._first_level = level
        self._make_showroom = showroom or _showroom
        self._showroom: Any = None
        self.is_ending = False
        """Whether a signal asked for the end."""
        self.celebrates = True
        """Whether a win has a screen of its own before the verdict."""
        self.celebrated: Any = None
        """The last win that had it."""
        self.begin_with(theme_of(session.progress.theme))
        super().__init__()
        self.speak(self.texts)
        self.navigator = ScreenNavigator(self)
        self.preferences = SavedPreferences(self, session, language, self.speak)

    def get_default_screen(self) -> Screen[Any]:
        """Begin with the title."""
        return self.navigator.title()

    def on_mount(self) -> None:
        """Listen for the terminal's end, and go where the learner asked to."""
        self.call_after_refresh(search_from_now_on)
        ends_in_order(self)
        self.watch_for_damage()
        self.watch_for_room()
        self.watch_for_others()
        if self._first_level is not None:
            self.navigator.to_map(start=self._first_level)

    def on_unmount(self) -> None:
        """Talk to no room, and look for nobody, any more."""
        self.leave_room()
        self.leave_others()

    @property
    def showroom(self) -> Any:
        """What serves the shop to a browser; made when first asked for, by a worker."""
        if self._showroom is None:
            self._showroom = self._make_showroom(self.session)
        return self._showroom

    # -- what it says ----------------------------------------------------------------------------

    def speak(self, texts: Texts) -> None:
        """Take the sentences, and the names of the keys, from *texts*."""
        self.texts = texts
        translate(self._bindings, texts)

    def explain(self, error: TutorError, tail: str = "") -> None:
        """Show a failure that must be read."""
        self.navigator.explain(error, tail)

    # -- keys ------------------------------------------------------------------------------------

    def action_help(self) -> None:
        """List the keys of this screen."""
        self.navigator.to_help()

    def action_command_palette(self) -> None:
        """Offer everything that can be done, found by its words; in the learner's language."""
        from textual.command import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            asked = self.texts("tui.palette")
            self.push_screen(CommandPalette(placeholder=asked, id="--command-palette"))

    def action_settings(self) -> None:
        """Offer language, theme, motion and pace."""
        self.navigator.to_settings()

    async def action_switch_language(self) -> None:
        """Speak the other language, and remember it."""
        await self.preferences.switch_language()

    def action_switch_theme(self) -> None:
        """Change to the next theme, and remember it."""
        self.preferences.switch_theme()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer what the keys of *screen* do, by name."""
        offered = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.id and binding.tooltip and binding.id not in offered:
                offered.add(binding.id)

                async def act(action: str = binding.action, node: Any = active.node) -> None:
                    await self.run_action(action, node)

                yield SystemCommand(binding.description, binding.tooltip, act)
        yield from self.preferences.theme_commands(self.texts)

    # -- ending ----------------------------------------------------------------------------------

    def action_help_quit(self) -> None:
        """Say how the game is left: Ctrl-C is pressed by reflex, and would throw a run away."""
        if isinstance(self.screen, Speaks):
            self.notify(self.screen.how_to_leave())

    async def action_quit(self) -> None:
        """Ask about unsaved files, then stop what runs and leave."""
        if unsaved := [name for screen in self._screens() for name in screen.unsaved]:
            files = ", ".join(unsaved)
            self.navigator.confirm(
                lambda: self.texts("tui.quit.unsaved", files=files),
                lambda: self.texts("tui.quit.anyway"),
                self._quit_if,
            )
        else:
            self._quit_if(True)

    def _screens(self) -> list[Speaks[Any]]:
        return [screen for screen in self.screen_stack if isinstance(screen, Speaks)]

    def _quit_if(self, yes: bool | None) -> None:
        if yes:
            self.run_worker(self.leave(), group="leave", exclusive=True)

    async def leave(self, code: int = 0) -> None:
        """Let go of everything, and end."""
        await self.settle()
        self.exit(code, return_code=code)

    async def settle(self) -> None:
        """Cancel what is on, wait for its worker, and let the services go."""
        busy: list[Worker[Any]] = [
            w for w in self.workers if w.group in ("run", "shop") and w.is_running
        ]
        for screen in self._screens():
            screen.cancel_everything()
            screen.keep_unsaved()
        if busy:
            self.notify(self.texts("tui.quit.stopping"))
        # A page that is being fetched cannot be stopped, but it ends with the shop that serves it.
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while any(worker.is_running for worker in busy):  # noqa: ASYNC110 - threads
                    await asyncio.sleep(0.02)
        await self.run_worker(self.session.stack.release, thread=True, group="leave-stack").wait()


def _showroom(session: Session) -> Any:
    from tutor.learner.showroom import Showroom

    return Showroom(session)
