"""A page of text that is drawn for the columns there are, and scrolled with the keys."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tutor.tui.widgets.plain import Static

COLUMNS = 78
"""What a page has of the 80 columns of a terminal."""


class Page(VerticalScroll, can_focus=True):
    """Nothing of it is cut: whoever draws it knows how wide it is, and it may be long."""

    DEFAULT_CSS = """
    Page { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    Page > Static { width: 100%; height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._picture: Callable[[int], Content] | None = None
        self._columns = COLUMNS
        """Those that there were last: a page behind others has none."""

    def compose(self) -> ComposeResult:
        """Yield the text."""
        yield Static()

    def draw(self, picture: Callable[[int], Content]) -> None:
        """Show what *picture* returns for so many columns."""
        self._picture = picture
        self._lay_out()

    def on_resize(self) -> None:
        """Draw anew where there is more room, or less."""
        if (self.scrollable_content_region.width or self._columns) != self._columns:
            self._lay_out()

    def _lay_out(self) -> None:
        self._columns = self.scrollable_content_region.width or self._columns
        if self._picture is not None:
            self.query_one(Static).update(self._picture(self._columns))
