"""The keys at the bottom, made anew only when they are others."""

from textual.screen import Screen
from textual.widgets import Footer


class CalmFooter(Footer):
    """Textual's footer makes all its keys anew whenever the focus moves; that costs half a key."""

    _offered: object = None

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
