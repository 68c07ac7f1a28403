"""A crowd at one page: how often PostgreSQL was asked what, a line per shape of statement."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tutor.tui.widgets.plain import Static
from tutor.tui.widgets.stack_view import level_bar
from tutor.views.sql import brief
from tutor.views.together import Together
from tutor.views.wording import crowd
from tutor.words.texts import Texts

BAR = 8
"""Columns of the bar of a statement that each of them caused."""


class TogetherView(VerticalScroll, can_focus=True):
    """What became of the crowd, over what it cost."""

    DEFAULT_CSS = """
    TogetherView { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    TogetherView > Static { width: 100%; height: auto; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def compose(self) -> ComposeResult:
        """Yield the text."""
        yield Static()

    def show(self, found: Together, texts: Texts) -> None:
        """Show one crowd."""
        self.query_one(Static).update(table(found, texts))


def table(found: Together, texts: Texts) -> Content:
    """Return what became of a crowd; a full bar is a statement that each of them caused."""
    if not found.visitors or found.trouble:
        return Content("")
    lines = [Content(line) for line in crowd(texts, found)]
    for group in found.groups:
        is_all = group.times >= found.visitors
        bar = level_bar(min(100.0, 100 * group.times / found.visitors), BAR).replace("·", " ")
        style = "$text-warning" if is_all else "$text-accent"
        lines.append(Content.assemble((f"{group.times:>4}× {bar}  ", style), brief(group.shape)))
    return Content("\n").join(lines)
