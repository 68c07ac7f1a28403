"""A log that follows its end, unless the learner has scrolled up."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tutor.tui.widgets.plain import Static
from tutor.tui.wording import hanging

Row = tuple[Content, Content]
"""What stands in the margin, and the text beside it."""


class LogView(VerticalScroll, can_focus=True):
    """Rows of text, the newest at the bottom."""

    DEFAULT_CSS = """
    LogView { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    LogView > Static { width: 100%; height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Row] = ()
        self._broken: dict[tuple[str, str, int], Content] = {}
        """Rows as they were broken to a width: a log grows by a few of hundreds."""
        self._follows = True
        """Whether the end was in view when the learner scrolled last."""
        self._width = 76
        """The width that there was last: a tab behind others has none."""

    def compose(self) -> ComposeResult:
        """Yield the text."""
        yield Static()

    def show(self, rows: Sequence[Row]) -> None:
        """Show *rows*; stay at the end if the end was in view."""
        if rows == self._rows:
            return
        self._rows = rows
        self._lay_out()
        self._keep_up()

    def on_resize(self) -> None:
        """Break the lines anew where there is more or less room; stay at the end as before."""
        if self.scrollable_content_region.width != self._width:
            self._lay_out()
        self._keep_up()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Note whether the end is in view; taking room away scrolls nothing."""
        super().watch_scroll_y(old_value, new_value)
        self._follows = new_value >= self.max_scroll_y - 1

    def _keep_up(self) -> None:
        if self._follows:
            self.call_after_refresh(self.scroll_end, animate=False)

    def _lay_out(self) -> None:
        self._width = self.scrollable_content_region.width or self._width
        width = max(20, self._width)
        before, self._broken = self._broken, {}
        for mark, text in self._rows:
            key = (mark.plain, text.plain, width)
            self._broken[key] = before.get(key) or hanging(mark, text, width)
        lines = [self._broken[mark.plain, text.plain, width] for mark, text in self._rows]
        self.query_one(Static).update(Content("\n").join(lines))
