"""A log that follows its end, unless the learner has scrolled up."""

from textual.content import Content
from textual.containers import VerticalScroll
from textual.widgets import Static


class LogView(VerticalScroll, can_focus=True):
    """Lines of text, the newest at the bottom."""

    DEFAULT_CSS = """
    LogView { height: 1fr; padding: 0 1; }
    LogView > Static { width: 100%; height: auto; }
    """

    def compose(self):  # type: ignore[no-untyped-def]
        """Yield the text."""
        yield Static(markup=False)

    def show(self, content: Content) -> None:
        """Show *content*; stay at the end if the end was in view."""
        follow = self.scroll_offset.y >= self.max_scroll_y - 1
        self.query_one(Static).update(content)
        if follow:
            self.call_after_refresh(self.scroll_end, animate=False)
