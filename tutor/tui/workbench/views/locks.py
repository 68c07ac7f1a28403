"""Who waits for whom."""

from typing import Any

from textual.app import ComposeResult

from tutor.base.errors import TutorError
from tutor.tui.widgets.locks_view import LocksView
from tutor.tui.workbench.model import WorkModel
from tutor.tui.workbench.view import View
from tutor.tui.workbench.views.fetched import attempted
from tutor.views.locks import LockLook, locks_of


class LockQueue(View):
    """The sessions with something open, and the queues among them; it comes by itself.

    Where a level is about locks, it is looked at during runs too: a connection is taken for it.
    """

    NAME = "locks"
    KEY = "z"

    def __init__(self, model: WorkModel) -> None:
        super().__init__(model)
        self._look: LockLook | None = None
        self._trouble: TutorError | None = None
        """Why nobody can look."""
        self._is_looking = False

    def compose(self) -> ComposeResult:
        """Yield the picture."""
        yield LocksView()

    def settle(self) -> None:
        """Show who waited at the last look, or why nobody looks."""
        self.query_one(LocksView).show(self._look, self.texts, self._why_not())

    def entered(self) -> None:
        """Show it, and look anew."""
        self.settle()
        self.reading_taken()

    def reading_taken(self) -> None:
        """Look again, while somebody looks at it; one look at a time."""
        site = self.tutor.showroom.site
        if not self.is_in_front or site is None or self._is_looking:
            return
        if self._is_a_run_in_the_way():
            self.settle()
            return
        self._is_looking = True
        self.background(lambda: attempted(lambda: locks_of(site)), self._take, group="locks")

    def _take(self, answer: Any) -> None:
        self._is_looking = False
        is_told = isinstance(answer, TutorError)
        self._look, self._trouble = (None, answer) if is_told else (answer, None)
        self.settle()

    def _is_a_run_in_the_way(self) -> bool:
        return self.model.board.running and self.NAME not in self.level.views

    def _why_not(self) -> str:
        if self._trouble is not None:
            return self.texts.error_line(self._trouble)
        return self.t("look.locks_wait") if self._is_a_run_in_the_way() else ""
