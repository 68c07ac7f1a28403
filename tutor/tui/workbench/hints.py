"""The hints, one by one."""

from textual.app import ComposeResult

from tutor.tui.keys import key
from tutor.tui.widgets.hints import HintsView
from tutor.tui.widgets.more import More
from tutor.tui.workbench.part import Part


class HintsTab(Part):
    """The hints taken so far, and the way to the next one."""

    NAME = "hints"
    KEYS = (key("h", "hint"),)

    def compose(self) -> ComposeResult:
        """Yield the hints."""
        view = HintsView()
        yield view
        yield More(view)

    def settle(self) -> None:
        """Show the hints taken so far."""
        with self.explained():
            taken = self.session.hints_taken(self.level)
            self.query_one(HintsView).show(self.level, taken, self.texts)

    def action_hint(self) -> None:
        """Take the next hint."""
        self.background(
            lambda: self.session.take_hint(self.level), lambda _: self._show(), group="hint"
        )

    def _show(self) -> None:
        self.bench.bring(self.NAME, focus=True)
        self.settle()
