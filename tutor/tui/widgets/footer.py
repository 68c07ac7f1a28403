"""The keys at the bottom, made anew only when they are others; beside them, what a room is like."""

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer

from tutor.tui.widgets.plain import Static


class CalmFooter(Footer):
    """Textual's footer makes all its keys anew whenever the focus moves; that costs half a key."""

    DEFAULT_CSS = """
    CalmFooter > .room-mark {
        dock: right; width: auto; height: 1; padding: 0 1;
        background: $panel; color: $text-muted;
    }
    """

    _offered: object = None
    _mark = ""

    def compose(self) -> ComposeResult:
        """Yield the keys, and the mark of a room, which is seen where one sits in one."""
        yield from super().compose()
        mark = Static(self._mark, classes="room-mark")
        mark.display = bool(self._mark)
        yield mark

    def show_mark(self, mark: str) -> None:
        """Say *mark* of the room at the right; nothing where it is empty."""
        self._mark = mark
        for shown in self.query(".room-mark").results(Static):
            shown.update(mark)
            shown.display = bool(mark)

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Show the keys of *screen*, unless they are shown already."""
        if not screen.app.app_focus or screen is not self.screen:
            return
        offered = [
            (active.binding, active.enabled, active.tooltip)
            for active in screen.active_bindings.values()
            if active.binding.show
        ]
        if offered != self._offered:
            self._offered = offered
            super().bindings_changed(screen)
