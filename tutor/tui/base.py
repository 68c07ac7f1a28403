"""What all screens share: the learner's language, background jobs, explained failures."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.screen import ModalScreen, Screen

from tutor.learner.session import Session
from tutor.tui.jobs import explained, start_job
from tutor.tui.keys import translate
from tutor.tui.messages import Done, Failed
from tutor.tui.ports import GameApp, Said
from tutor.tui.widgets.footer import CalmFooter

if TYPE_CHECKING:
    from tutor.events import RunFinished

R = TypeVar("R")


def said(sentence: Said) -> str:
    """Return the sentence as it is said now."""
    return sentence() if callable(sentence) else sentence


class Speaks(Screen[R]):
    """A screen that speaks the learner's language and does its work in the background."""

    WITH_FOOTER = True
    laid_out = True
    """False for the moment in which the widgets are replaced."""

    @property
    def tutor(self) -> GameApp:
        """The app, as far as screens know it."""
        return cast("GameApp", self.app)

    @property
    def session(self) -> Session:
        """The learner in the workspace."""
        return self.tutor.session

    @property
    def language(self) -> str:
        """``en`` or ``es``."""
        return self.tutor.texts.language

    def t(self, key: str, **params: Any) -> str:
        """Return our sentence ``tui.<key>``."""
        return self.tutor.texts(f"tui.{key}", **params)

    # -- composing -------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Name the keys, then show what the screen shows."""
        translate(self._bindings, self.tutor.texts)
        yield from self.content()
        if self.WITH_FOOTER:
            footer = CalmFooter(show_command_palette=False)
            footer.show_mark(self.tutor.room_mark)
            yield footer

    def content(self) -> ComposeResult:
        """Yield the widgets between the edges of the screen."""
        yield from ()

    async def change_language(self) -> None:
        """Say everything again in the language that is now spoken."""
        self.laid_out = False
        await self.recompose()
        self.laid_out = True
        self.refresh_bindings()
        self.settle()

    def room_changed(self, mark: str) -> None:
        """Show in the footer that the room is as *mark* says."""
        for footer in self.query(CalmFooter):
            footer.show_mark(mark)

    def settle(self) -> None:
        """Bring the focus and the state back after a change of language."""

    async def change_pace(self) -> None:
        """Take in that the story is told otherwise from now on."""

    def theme_changed(self) -> None:
        """Take in that the colours are others from now on."""

    def other_run_changed(self, run: "RunFinished | None") -> None:
        """Show that another tutor measures here, or measures no more; *run* is what came of it."""

    def how_to_leave(self) -> str:
        """Say how the game is left, and what else is meant by a key that ends programs."""
        return self.t("quit.how")

    # -- what must not be lost -------------------------------------------------------------------

    @property
    def unsaved(self) -> list[str]:
        """The files with changes that are not on disk."""
        return []

    def keep_unsaved(self) -> None:
        """Put what is on no disk into the journal: whoever ends us may not have been asked."""

    def cancel_everything(self) -> None:
        """Ask every worker of this screen to end."""

    # -- jobs ------------------------------------------------------------------------------------

    def background(
        self, job: Callable[[], Any], then: Callable[[Any], None], group: str = "job"
    ) -> None:
        """Run *job* off the event loop and hand its result to *then*, back on it."""
        start_job(self, self, job, then, group)

    @on(Done)
    def finish_job(self, message: Done) -> None:
        """Let the job's result be seen."""
        message.stop()
        with self.explained():
            message.then(message.result)

    @on(Failed)
    def explain_failure(self, message: Failed) -> None:
        """Say what went wrong and what to do."""
        message.stop()
        self.tutor.navigator.explain(message.error)

    def explained(self) -> AbstractContextManager[None]:
        """Explain what goes wrong in the block instead of crashing."""
        return explained(self.tutor.navigator)

    def news(self, key: str, *, severity: str = "information", **params: Any) -> None:
        """Show the sentence ``tui.<key>`` for a moment."""
        self.notify(self.t(key, **params), severity=severity)  # type: ignore[arg-type]


class TutorScreen(Speaks[None]):
    """A screen of the game."""


class Dialog(Speaks[R], ModalScreen[R]):
    """A box over a screen that must be answered."""

    WITH_FOOTER = False
