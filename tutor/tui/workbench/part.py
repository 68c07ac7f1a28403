"""What all parts of the workbench share."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar, Protocol, cast

from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.message_pump import MessagePump
from textual.widget import Widget

from tutor.curriculum import Level
from tutor.events import Event
from tutor.learner.session import Session
from tutor.tui.jobs import explained, start_job
from tutor.tui.ports import GameApp
from tutor.tui.workbench.model import WorkModel
from tutor.words.texts import Texts


class Bench(Protocol):
    """The screen, as far as its parts know it: what is in front, and what is shown of the model."""

    def bring(self, tab: str, view: str = "", *, focus: bool = False) -> None:
        """Bring a tab, or a view of the shop, to the front; at once, because keys are quick."""

    def show_board(self) -> None:
        """Show what the model has by now."""


class Part(Vertical):
    """A part of the workbench."""

    NAME: ClassVar[str]
    """By which the screen, its keys and the catalogue call it."""
    KEYS: ClassVar[Sequence[Binding]] = ()
    """Its keys; they work wherever the focus is. Their actions are methods of the part."""

    def __init__(self, model: WorkModel, **options: Any) -> None:
        super().__init__(**options)
        self.model = model
        self._screen: MessagePump = self
        """Who hears what happens, even when the part is taken from it already."""

    def on_mount(self) -> None:
        """Know the screen."""
        self._screen = self.screen

    @property
    def bench(self) -> Bench:
        """The screen that the part belongs to."""
        return cast("Bench", self.screen)

    @property
    def tutor(self) -> GameApp:
        """The app, as far as parts know it."""
        return cast("GameApp", self.app)

    @property
    def session(self) -> Session:
        """The learner in the workspace."""
        return self.tutor.session

    @property
    def level(self) -> Level:
        """The level that is worked on."""
        return self.model.level

    @property
    def texts(self) -> Texts:
        """Our sentences."""
        return self.tutor.texts

    def t(self, key: str, **params: Any) -> str:
        """Return our sentence ``tui.<key>``."""
        return self.texts(f"tui.{key}", **params)

    def title(self) -> str:
        """Return what the part is called on its tab."""
        return self.t(f"tab.{self.NAME}")

    @property
    def is_in_front(self) -> bool:
        """Whether the part is what the learner works with."""
        return self.model.in_front == self.NAME

    @property
    def is_seen(self) -> bool:
        """Whether it is anywhere on the screen: neither in another tab nor hidden."""
        return all(one.display for one in (self, *self.ancestors) if isinstance(one, Widget))

    def own_keys(self) -> Sequence[Binding]:
        """Return the keys of this part."""
        return self.KEYS

    # -- what happens; the screen tells every part -----------------------------------------------

    def begin(self) -> None:
        """Begin what goes on for as long as the level is worked on."""

    def end(self) -> None:
        """Ask every worker to end, and leave nobody behind."""

    def settle(self) -> None:
        """Show everything anew: in another language, or for the first time."""

    async def change_language(self) -> None:
        """Say everything in the language that is now spoken."""
        self.settle()

    def show_board(self) -> None:
        """Show what the model has by now; only asked for while it can be seen."""

    def entered(self) -> None:
        """The part came to the front."""

    def uncovered(self) -> None:
        """The screen came to the front again: what was in front of it was closed."""

    def tick(self) -> None:
        """A second has passed."""

    def follow(self, event: Event) -> None:
        """Note what a run, or the start of the shop, reported; the board has it already."""

    def reading_taken(self) -> None:
        """Note that the monitor has looked at the stack."""

    def files_saved(self, names: Sequence[str]) -> None:
        """Note that files were saved, here or elsewhere."""

    def files_restored(self) -> None:
        """Note that the files were put back as a whole."""

    def shop_changed(self) -> None:
        """Note that another shop answers, or the same one anew, or none."""

    def tell(self, fact: Message) -> None:
        """Tell the screen what happened; from a worker, too. All facts arrive in their order."""
        self._screen.post_message(fact)

    # -- jobs and sentences ----------------------------------------------------------------------

    def background(self, job: Callable[[], Any], then: Callable[[Any], None], group: str) -> None:
        """Run *job* off the event loop and hand its result to *then*, back on it."""
        start_job(self, self.screen, job, then, group)

    def explained(self) -> AbstractContextManager[None]:
        """Explain what goes wrong in the block instead of crashing."""
        return explained(self.tutor.navigator)

    def news(self, key: str, *, severity: str = "information", **params: Any) -> None:
        """Show the sentence ``tui.<key>`` for a moment."""
        self.notify(self.t(key, **params), severity=severity)  # type: ignore[arg-type]

    def must_save_first(self) -> bool:
        """Say so where changes are not on disk."""
        if unsaved := self.model.desk.unsaved:
            self.news("files.save_first", severity="warning", file=", ".join(unsaved))
        return bool(unsaved)
