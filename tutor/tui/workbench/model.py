"""The state of the work on one level. It knows no widget: the parts show it, and change it."""

import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from tutor.base.errors import TutorError
from tutor.curriculum import Level
from tutor.learner.desk import Desk
from tutor.stack.plan import STACK_FILE, StackPlan, read_plan
from tutor.tui.board import Board
from tutor.words.texts import Texts

Found = TypeVar("Found")


@dataclass
class ServedShop:
    """The shop for the browser."""

    variant: str = "mine"
    url: str = ""
    """The page that the level is about; empty until the shop answers."""
    error: TutorError | None = None
    """Why it does not."""
    is_behind: bool = False
    """stack.toml was saved, and the shop still runs on the old one."""


@dataclass
class Fetch(Generic[Found]):
    """What a view asked the shop for, and what came."""

    page: str = ""
    """The page that was asked for."""
    found: Found | None = None
    busy: bool = False
    stale: bool = False
    """The files were saved, or the shop was changed, after it was asked."""
    error: TutorError | None = None
    """Why there is nothing to show."""

    def of(self, page: str) -> Found | None:
        """Return what came last, where it is of *page*."""
        return self.found if self.page == page else None


@dataclass
class ChosenLog:
    """Which log is shown, and what of it."""

    name: str = ""
    """Empty before one was chosen."""
    text: str = ""
    """Only the lines with it in them."""
    errors_only: bool = False
    held: bool = False
    """It stands still while one reads."""

    @property
    def is_narrowed(self) -> bool:
        """Whether some lines are left out."""
        return bool(self.text or self.errors_only)


class WorkModel:
    """What the run does, what the shop does, which files are open, and what is in front."""

    def __init__(self, level: Level, desk: Desk) -> None:
        self.level = level
        self.desk = desk
        self.board = Board(level)
        self.shop = ServedShop()
        self.checks_on_save = True
        self.tab = "briefing"
        """The tab in front."""
        self.view = level.views[0]
        """The view of the shop that is in front on its tab."""
        self.page = level.page
        """The page of the shop that is looked at."""
        self.closing = threading.Event()
        """Set when whatever watches should end."""
        self._plan: tuple[tuple[int, str], tuple[StackPlan | None, str]] | None = None

    @property
    def in_front(self) -> str:
        """The tab in front; of the views of the shop, which one."""
        return self.view if self.tab == "view" else self.tab

    @property
    def is_measuring(self) -> bool:
        """Whether visitors are measured, from whom nobody should take any time."""
        return self.board.running and not self.board.quick

    def plan(self, texts: Texts) -> tuple[StackPlan | None, str]:
        """Return what stack.toml says, or what is wrong with it; read anew when it was saved."""
        path = self.desk.path(STACK_FILE)
        with suppress(OSError):
            seen = (path.stat().st_mtime_ns, texts.language)
            if self._plan is None or self._plan[0] != seen:
                self._plan = seen, self._read_plan(texts)
            return self._plan[1]
        return self._read_plan(texts)

    def _read_plan(self, texts: Texts) -> tuple[StackPlan | None, str]:
        try:
            return read_plan(self.desk.path(STACK_FILE)), ""
        except TutorError as error:
            message, hint = texts.error(error)
            return None, f"✖ {message}\n{hint}"
