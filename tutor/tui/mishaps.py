"""What goes wrong around the game: explained, set aside, or at the worst an end in two lines."""

from contextlib import suppress
from typing import TYPE_CHECKING

from rich.text import Text

from tutor.base import log
from tutor.base.damage import news
from tutor.base.errors import TutorError, unforeseen
from tutor.tui.base import Speaks
from tutor.tui.notices import GivesNotice
from tutor.words.texts import Texts

POLL, LONG = 2.0, 20.0
"""Seconds between two searches for damaged files, and for which one is named."""


class SurvivesMishaps(GivesNotice):
    """The part of the app that meets errors nobody else did."""

    texts: Texts

    if TYPE_CHECKING:

        def explain(self, error: TutorError, tail: str = "") -> None:
            """Show a failure that must be read."""

    def watch_for_damage(self) -> None:
        """Name damaged files, those of the start and those that are met later."""
        self.tell_damage()
        self.set_interval(POLL, self.tell_damage)

    def tell_damage(self) -> None:
        """Name the files of ours that were found damaged meanwhile."""
        for found in news():
            self.notify(self.texts.error_line(found), severity="warning", timeout=LONG)

    def _handle_exception(self, error: Exception) -> None:
        """Explain what we can explain; only the rest ends the app with a traceback."""
        cause = getattr(error, "error", error)
        if isinstance(cause, TutorError) and self.is_running:
            self.explain(cause)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End with two lines instead of a thousand; the log has the rest, and no edit is lost."""
        error = self._exception or RuntimeError()
        log.note("The game was ended by an error that nobody foresaw.", error)
        for screen in self.screen_stack:
            if isinstance(screen, Speaks):
                with suppress(Exception):
                    screen.keep_unsaved()
        message, _ = self.texts.error(unforeseen(error))
        hint = self.texts("tui.fatal", file=log.log_file())
        self._exit_renderables.append(Text(f"{message}\n{hint}"))
        self._close_messages_no_wait()
