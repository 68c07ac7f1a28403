"""A crowd at one page: how often PostgreSQL was asked what, a line per shape of statement."""

from textual.content import Content

from tutor.tui.widgets.page import COLUMNS, Page
from tutor.tui.widgets.stack_view import level_bar
from tutor.tui.wording import hanging
from tutor.views.sql import brief
from tutor.views.together import Together
from tutor.views.wording import crowd
from tutor.words.texts import Texts

BAR = 8
"""Columns of the bar of a statement that each of them caused."""


class TogetherView(Page):
    """What became of the crowd, over what it cost."""

    def show(self, found: Together, texts: Texts) -> None:
        """Show one crowd."""
        self.draw(lambda columns: table(found, texts, columns))


def table(found: Together, texts: Texts, columns: int = COLUMNS) -> Content:
    """Return what became of a crowd; a full bar is a statement that each of them caused."""
    if not found.visitors or found.trouble:
        return Content("")
    lines = [Content(line) for line in crowd(texts, found)]
    for group in found.groups:
        is_all = group.times >= found.visitors
        bar = level_bar(min(100.0, 100 * group.times / found.visitors), BAR).replace("·", " ")
        style = "$text-warning" if is_all else "$text-accent"
        mark = Content.styled(f"{group.times:>4}× {bar}  ", style)
        lines.append(hanging(mark, Content(brief(group.shape)), columns))
    return Content("\n").join(lines)
