"""The looks at the running shop: one of them in front, with what can be done beneath."""

import re

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import ContentSwitcher

from tutor.texts import Texts
from tutor.tui.widgets.logs_pane import LogsPane
from tutor.tui.widgets.plain import Static
from tutor.tui.widgets.queue_view import QueueView
from tutor.tui.widgets.sql_view import SqlView
from tutor.tui.widgets.visits_view import VisitsView

KEY = re.compile(r"((?:^|  |\[@click=[^\]]+\]))(\S{1,7}) (?=\S)")
"""The key at the head of each thing that can be done."""


class LookPane(Vertical):
    """A line of news, the look itself, and a line of keys that can be clicked."""

    DEFAULT_CSS = """
    LookPane { height: 1fr; }
    LookPane ContentSwitcher { height: 1fr; }
    LookPane #look-news { height: auto; max-height: 12; padding: 0 1; display: none; }
    LookPane #look-news.-told { display: block; }
    LookPane #look-keys {
        height: 1; padding: 0 1; background: $surface; text-wrap: nowrap; link-style: none;
    }
    """

    def __init__(self, view: str) -> None:
        super().__init__()
        self._first = view

    def compose(self) -> ComposeResult:
        """Yield every look; one of them is seen."""
        yield Static(id="look-news")
        with ContentSwitcher(initial=self._first):
            yield SqlView()
            yield VisitsView()
            yield QueueView()
            yield LogsPane()
        yield Static(id="look-keys")

    def bring(self, view: str, texts: Texts) -> None:
        """Bring the look *view* to the front."""
        self.query_one(ContentSwitcher).current = view
        keys = KEY.sub(r"\1[bold]\2[/] ", texts(f"tui.look.keys_{view}"))
        self.query_one("#look-keys", Static).update(Content.from_markup(keys))

    def tell(self, news: Content) -> None:
        """Say something above the look; nothing where *news* is empty."""
        widget = self.query_one("#look-news", Static)
        widget.update(news)
        widget.set_class(bool(news.plain), "-told")
