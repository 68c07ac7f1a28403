"""What screens need of the game around them: they know neither the app nor each other."""

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tutor.base.errors import TutorError
    from tutor.curriculum import Level
    from tutor.events import RunFinished
    from tutor.judge import Verdict
    from tutor.learner.journal import Entry
    from tutor.learner.session import Session
    from tutor.run.runlock import Holder
    from tutor.seat.worker import RoomView
    from tutor.words.texts import Texts

Said = str | Callable[[], str]
"""A sentence, or what says it in the language of the moment: then it follows a change of it."""
Choices = Mapping[str, str]
"""By id, what there is to choose from."""


class Navigator(Protocol):
    """The ways to the screens, and the questions that are dialogs."""

    def to_map(self, start: "Level | None" = None) -> None:
        """Return to the level map; *start* begins a level from there."""

    def resume(self, level: "Level | None") -> None:
        """Go on with *level*; before the first, stop at the map."""

    def to_story(self, level: "Level") -> None:
        """Begin *level*: its story, then the work."""

    def read_story(self, level: "Level") -> None:
        """Read the story of *level* again."""

    def to_work(self, level: "Level") -> None:
        """Open the workbench of *level*."""

    def from_story_to_work(self, level: "Level") -> None:
        """Put the workbench of *level* in the place of its story."""

    def to_scene(self, level: "Level", verdict: "Verdict") -> None:
        """Play what *verdict* does to the people of the story."""

    def to_lesson(self, level: "Level") -> None:
        """Read what *level* taught."""

    def to_certificate(self) -> None:
        """Show what was reached."""

    def to_verdict(self, level: "Level", finished: "RunFinished", first: Mapping[str, Any]) -> None:
        """Show how a run ended; *first* was measured before anything was mended."""

    def to_win(self, level: "Level", finished: "RunFinished") -> None:
        """Celebrate."""

    def verify(self) -> None:
        """Return from the verdict to the workbench and begin the full run."""

    def to_answer(self, level: "Level", diff: str) -> None:
        """Show the reference answer."""

    def to_journal(self, level: "Level", then: "Callable[[Entry | None], None]") -> None:
        """List what was kept; *then* takes what is to be brought back."""

    def to_help(self) -> None:
        """List the keys of the screen in front."""

    def to_room(self) -> None:
        """List what the room said; where it is listed already, close the list."""

    def to_settings(self) -> None:
        """Offer language, theme, motion and pace; where they are offered already, leave them."""

    def explain(self, error: "TutorError", tail: str = "") -> None:
        """Show a failure that must be read."""

    def confirm(self, question: Said, yes: Said, then: Callable[[bool | None], None]) -> None:
        """Ask before something that cannot be taken back lightly."""

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

    def ask_number(
        self,
        question: Said,
        before: str,
        then: Callable[[float | None], None],
        *,
        how: Said,
    ) -> None:
        """Ask for a number."""

    def ask_word(
        self, question: Said, before: str, then: Callable[[str | None], None], *, how: Said
    ) -> None:
        """Ask for a word."""


class Preferences(Protocol):
    """How the learner likes the game: language, theme, motion, pace."""

    paced: bool
    """Whether the story is told line by line."""

    @property
    def motion(self) -> bool:
        """Whether anything may move."""

    async def speak(self, language: str) -> None:
        """Say everything in *language*."""

    async def switch_language(self) -> None:
        """Speak the other language."""

    def use_theme(self, theme: str) -> None:
        """Look like *theme*."""

    def allow_motion(self, moving: bool) -> None:
        """Let things move, or not."""

    async def set_pace(self, paced: bool) -> None:
        """Tell the story line by line, or scene by scene."""


class GameApp(Protocol):
    """The app, as far as screens and their parts know it."""

    session: "Session"
    texts: "Texts"
    navigator: Navigator
    preferences: Preferences
    ground_lock: threading.Lock
    """Held by whoever starts services: the shop for the browser, or a run."""
    celebrates: bool
    """Whether a win has a screen of its own before the verdict."""
    celebrated: Any
    """The last win that had it."""

    other_run: "Holder | None"
    """Who measures in this workspace, beside this game."""

    @property
    def room_mark(self) -> str:
        """What a corner of each screen says of the room; empty where one sits in none."""

    room_view: "RoomView | None"
    """How the room stands; None where one sits in none."""

    def is_closed_level(self, slug: str) -> bool:
        """Return whether the room asks to wait with the level *slug*."""

    def is_locked_answer(self, slug: str) -> bool:
        """Return whether the room asks to wait with the answer of the level *slug*."""

    @property
    def showroom(self) -> Any:
        """What serves the shop to a browser; made when first asked for, by a worker."""

    async def action_quit(self) -> None:
        """Ask about unsaved files, then stop what runs and leave."""
