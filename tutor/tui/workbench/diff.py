"""The diff: what the learner changed since the level began."""

from collections.abc import Sequence

from textual.app import ComposeResult

from tutor.tui.widgets.diff_view import DiffView
from tutor.tui.widgets.more import More
from tutor.tui.workbench.part import Part


class DiffTab(Part):
    """The diff, worked out anew whenever it comes to the front."""

    NAME = "diff"

    def compose(self) -> ComposeResult:
        """Yield the diff."""
        view = DiffView()
        yield view
        yield More(view)

    def settle(self) -> None:
        """Work it out anew where it can be seen."""
        if self.is_in_front:
            self.entered()

    def entered(self) -> None:
        """Work the diff out anew, in the background."""
        self.background(self.session.diff, self._show, group="diff")

    def files_saved(self, names: Sequence[str]) -> None:
        """Take in what was saved."""
        self.settle()

    def files_restored(self) -> None:
        """Take in what was put back."""
        self.settle()

    def _show(self, diff: str) -> None:
        self.query_one(DiffView).show(diff, self.t("diff.empty"))
