"""The goals, each with what was measured by now."""

from textual.app import ComposeResult

from tutor.tui.widgets.goals import GoalsView
from tutor.tui.widgets.more import More
from tutor.tui.workbench.part import Part


class GoalsTab(Part):
    """What wins the level."""

    NAME = "goals"

    def compose(self) -> ComposeResult:
        """Yield the goals."""
        view = GoalsView()
        yield view
        yield More(view)

    def show_board(self) -> None:
        """Show how they stand."""
        self.query_one(GoalsView).show(self.model.board, self.texts)
