"""A unified diff."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tutor.tui.widgets.plain import Static


class DiffView(VerticalScroll, can_focus=True):
    """Lines that came and lines that went: sign first, colour second."""

    DEFAULT_CSS = """
    DiffView { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    DiffView > Static { width: 100%; height: auto; }
    """

    def compose(self) -> ComposeResult:
        """Yield the text."""
        yield Static()

    def show(self, diff: str, empty: str) -> None:
        """Show *diff*; *empty* where there is no difference."""
        self.query_one(Static).update(
            diff_content(diff) if diff else Content.styled(empty, "$text-muted")
        )


def diff_content(diff: str) -> Content:
    """Return *diff* with a style per line."""
    return Content("\n").join(
        [Content.styled(line, _style(line)) for line in diff.expandtabs(4).splitlines()]
    )


def _style(line: str) -> str:
    if line.startswith(("+++", "---")):
        return "bold"
    if line.startswith("@@"):
        return "$text-accent"
    if line.startswith("+"):
        return "$text-success"
    return "$text-error" if line.startswith("-") else ""
