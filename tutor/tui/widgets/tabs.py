"""Tabs that change when they are told to."""

from textual.widgets import TabbedContent, TabPane


class Tabs(TabbedContent):
    """Tabs that no focus leads back: it may arrive when another one is in front already."""

    def _on_tab_pane_focused(self, event: TabPane.Focused) -> None:
        event.stop()
        event.prevent_default()
