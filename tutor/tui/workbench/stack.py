"""The monitor: the stack, looked at every second, whether a run is on or not."""

from textual import work
from textual.app import ComposeResult

from tutor.stack.gauge import INTERVAL
from tutor.tui.widgets.stack_view import StackView
from tutor.tui.workbench.messages import StackRead
from tutor.tui.workbench.part import Part
from tutor.tui.workbench.sentences import way_in


class StackTab(Part):
    """Servers and services, and how busy they are."""

    NAME = "stack"

    def compose(self) -> ComposeResult:
        """Yield the stack."""
        yield StackView()

    def begin(self) -> None:
        """Look at the stack from now on."""
        self.watch_stack()

    @work(thread=True, group="monitor")
    def watch_stack(self) -> None:
        """Look at the stack every second; report by message."""
        gauge = self.session.gauge(self.level)
        while not self.model.closing.wait(INTERVAL):
            self.tell(StackRead(gauge.look()))

    def show_board(self) -> None:
        """Show the stack as it is by now."""
        model, texts = self.model, self.texts
        self.query_one(StackView).show(*model.plan(texts), model.board, texts, way_in(model, texts))

    def reading_taken(self) -> None:
        """Show what the monitor saw, where somebody looks."""
        if self.is_seen:
            self.show_board()
