"""Queues for locks, drawn: who holds, who waits for it, and who waits behind."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tutor.tui.widgets.plain import Static
from tutor.views.locks import LockLook, Row, rows
from tutor.words.texts import Texts

STATEMENT = 90
"""Columns of a statement."""


class LocksView(VerticalScroll, can_focus=True):
    """Who has something open, and who waits for it."""

    DEFAULT_CSS = """
    LocksView { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    LocksView > Static {
        width: 100%; height: auto; text-wrap: nowrap; text-overflow: ellipsis;
    }
    LocksView.-told > Static { text-wrap: wrap; }
    """

    def compose(self) -> ComposeResult:
        """Yield the text."""
        yield Static()

    def show(self, look: LockLook | None, texts: Texts, why_not: str = "") -> None:
        """Show *look*; None before there was one. *why_not* says why nobody looks now."""
        self.set_class(bool(why_not), "-told")
        self.query_one(Static).update(picture(look, texts, why_not))


def picture(look: LockLook | None, texts: Texts, why_not: str = "") -> Content:
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
        lines += _row(row)
    return Content("\n").join(lines)


def _row(row: Row) -> list[Content]:
    """Return one session in two lines."""
    style = "$text-warning" if row.is_waiting else "$text-success"
    return [
        Content.assemble(
            (row.branch, "$text-muted"),
            (f"{row.sign} ", style),
            (row.name, "bold"),
            f"  {row.does}",
        ),
        Content.styled(f"{row.rail}{row.statement[:STATEMENT]}", "$text-muted"),
    ]
