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
            # Whether one of the others leads further is asked where one is wanted.
            taken = self.session.hints_taken(self.level)
            self._tell(has_more=len(taken) < len(self.level.hints))

    def action_hint(self) -> None:
        """Take the next hint."""

        def take() -> bool:
            self.session.take_hint(self.level)
            return self.session.has_more_hints(self.level)

        self.background(take, self._show, group="hint")

    def _show(self, has_more: bool) -> None:
        self.bench.bring(self.NAME, focus=True)
        with self.explained():
            self._tell(has_more=has_more)

    def _tell(self, *, has_more: bool) -> None:
        taken = self.session.hints_taken(self.level)
        self.query_one(HintsView).show(self.level, taken, self.texts, has_more=has_more)
