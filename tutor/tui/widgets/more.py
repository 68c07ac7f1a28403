"""The line beneath a text that goes on below what is seen of it."""

from typing import cast

from textual.widget import Widget

from tutor.tui.ports import GameApp
from tutor.tui.widgets.plain import Static


class More(Static):
    """Says that there is more of *page* to scroll to; gone at its end."""

    DEFAULT_CSS = """
    More {
        width: 100%; height: 1; padding: 0 2; display: none;
        color: $text-muted; text-align: right;
    }
    """

    def __init__(self, page: Widget) -> None:
        super().__init__()
        self._page = page

    def on_mount(self) -> None:
        """Look at where the page is, whenever it is scrolled or laid out anew."""
        self.watch(self._page, "scroll_y", self._look, init=False)
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda _: self._look())

    def _look(self) -> None:
        if not self._page.size.height or not self._page.is_attached:
            # Behind another tab, or being replaced: nobody sees it.
            return
        goes_on = self._page.scroll_offset.y < self._page.max_scroll_y
        if goes_on:
            # In the language of the moment.
            self.update(cast("GameApp", self.app).texts("tui.more"), layout=False)
        self.display = goes_on
