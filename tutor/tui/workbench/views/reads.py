"""Reads per server."""

from textual.app import ComposeResult

from tutor.tui.widgets.reads_view import ReadsView
from tutor.tui.workbench.view import View
from tutor.views.reads import reads_of


class ReadsPerServer(View):
    """Which PostgreSQL is read how much, and how far behind a replica is; it comes by itself."""

    NAME = "reads"
    KEY = "y"

    def compose(self) -> ComposeResult:
        """Yield the servers."""
        yield ReadsView()

    def settle(self) -> None:
        """Show the servers as they are by now."""
        board = self.model.board
        self.query_one(ReadsView).show(reads_of(board.history, board.site), self.texts)

    def entered(self) -> None:
        """Show them."""
        self.settle()

    def reading_taken(self) -> None:
        """Show what the monitor saw."""
        if self.is_in_front:
            self.settle()
