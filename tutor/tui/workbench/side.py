"""Beside the tabs, where there is room: goals and stack in short."""

from textual.app import ComposeResult

from tutor.tui.widgets.goals import GoalsView
from tutor.tui.widgets.plain import Static
from tutor.tui.widgets.stack_view import StackView
from tutor.tui.workbench.model import WorkModel
from tutor.tui.workbench.part import Part
from tutor.tui.workbench.sentences import way_in


class Side(Part):
    """What is of interest whichever tab is in front."""

    NAME = "side"

    def __init__(self, model: WorkModel) -> None:
        super().__init__(model, id="side")

    def compose(self) -> ComposeResult:
        """Yield both, each under its name."""
        yield Static(id="goals-title", classes="side-title")
        yield GoalsView(compact=True)
        yield Static(id="stack-title", classes="side-title")
        yield StackView(compact=True)

    def settle(self) -> None:
        """Name both."""
        self.query_one("#goals-title", Static).update(self.t("tab.goals"))
        self.query_one("#stack-title", Static).update(self.t("tab.stack"))

    def make_room(self) -> None:
        """Give way to the monitor, which shows all that the side shows of it."""
        self.set_class(self.model.tab == "stack", "-hidden")

    def show_board(self) -> None:
        """Show goals and stack as they are by now."""
        self.query_one(GoalsView).show(self.model.board, self.texts)
        self._show_stack()

    def reading_taken(self) -> None:
        """Show the stack as it is by now."""
        if self.is_seen:
            self._show_stack()

    def _show_stack(self) -> None:
        model, texts = self.model, self.texts
        self.query_one(StackView).show(*model.plan(texts), model.board, texts, way_in(model, texts))
