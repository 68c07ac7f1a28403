"""Queues for locks, drawn: who holds, who waits for it, and who waits behind."""

from textual.content import Content

from tutor.base.text import cut
from tutor.tui.widgets.page import COLUMNS, Page
from tutor.tui.wording import hanging
from tutor.views.locks import LockLook, Row, rows
from tutor.words.texts import Texts

STATEMENT = 240
"""Characters of a statement: some are as long as a screen, and there are others to see."""


class LocksView(Page):
    """Who has something open, and who waits for it."""

    def show(self, look: LockLook | None, texts: Texts, why_not: str = "") -> None:
        """Show *look*; None before there was one. *why_not* says why nobody looks now."""
        self.draw(lambda columns: picture(look, texts, why_not, columns))


def picture(
    look: LockLook | None, texts: Texts, why_not: str = "", columns: int = COLUMNS
) -> Content:
    """Return the queues as text, each session with its statement beneath."""
    if why_not:
        return Content.styled(why_not, "$text-warning")
    if look is None:
        return Content.styled(texts("locks.not_yet"), "$text-muted")
    if not look.sessions:
        return Content.styled(texts("locks.nobody"), "$text-muted")
    waiting = sum(session.is_waiting for session in look.sessions)
    title = texts("locks.title", open=len(look.sessions), waiting=waiting)
    lines = [Content.styled(title, "bold $text-primary")]
    for row in rows(texts, look):
        lines += _row(row, columns)
    return Content("\n").join(lines)


def _row(row: Row, columns: int) -> list[Content]:
    """Return one session over its statement; the rails of its queue go on beside both."""
    style = "$text-warning" if row.is_waiting else "$text-success"
    rail = Content.styled(row.rail, "$text-muted")
    mark = Content.assemble((row.branch, "$text-muted"), (f"{row.sign} ", style))
    said = Content.assemble((row.name, "bold"), f"  {row.does}")
    statement = Content.styled(cut(row.statement, STATEMENT), "$text-muted")
    return [hanging(mark, said, columns, rail), hanging(rail, statement, columns, rail)]
