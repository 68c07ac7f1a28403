"""The keys at the bottom, made anew only when they are others; beside them, what a room is like."""

from collections.abc import Iterable

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

from tutor.tui.widgets.plain import Static

ALWAYS = ("question_mark", "f1", "escape")
"""The way to all keys, and the way out: there is always room for them."""


class CalmFooter(Footer):
    """Textual's footer makes all its keys anew whenever the focus moves; that costs half a key.

    No key is cut: where there is no room for all of them the last ones are left to the help.
    """

    DEFAULT_CSS = """
    CalmFooter > .room-mark {
        dock: right; width: auto; height: 1; padding: 0 1;
        background: $panel; color: $text-muted;
    }
    """

    _offered: object = None
    _mark = ""
    _columns = 0
    """Those that the keys were chosen for."""

    def compose(self) -> ComposeResult:
        """Yield the keys, and the mark of a room, which is seen where one sits in one."""
        self._columns = self._room()
        yield from fitting(super().compose(), self._columns)
        mark = Static(self._mark, classes="room-mark")
        mark.display = bool(self._mark)
        yield mark

    def show_mark(self, mark: str) -> None:
        """Say *mark* of the room at the right; nothing where it is empty."""
        self._mark = mark
        for shown in self.query(".room-mark").results(Static):
            shown.update(mark)
            shown.display = bool(mark)
        self._choose_anew()

    def on_resize(self) -> None:
        """Show as many keys as there is room for."""
        self._choose_anew()

    def _choose_anew(self) -> None:
        if self._bindings_ready and self.is_attached and self._room() != self._columns:
            self.call_later(self.recompose)

    def _room(self) -> int:
        """Return the columns that the mark of a room leaves for the keys."""
        return self.app.size.width - (cell_len(self._mark) + 2 if self._mark else 0)

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


def fitting(made: Iterable[Widget], columns: int) -> list[FooterKey]:
    """Return as many of the keys *made* as fit, the first ones first."""
    keys = [key for key in made if isinstance(key, FooterKey)]
    spare = [key for key in keys if key.key not in ALWAYS]
    while spare and sum(map(_width, keys)) > columns:
        keys.remove(spare.pop())
    return keys


def _width(key: FooterKey) -> int:
    return cell_len(f" {key.key_display} {key.description} ")
