"""Reads per server: a bar for each PostgreSQL, with its share, its last seconds and its lag."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tutor.tui.widgets.plain import Static
from tutor.tui.widgets.stack_view import level_bar, sparkline
from tutor.views.reads import ServerReads, state_of
from tutor.words.texts import Texts

NAMES, BAR, SPARK = 22, 20, 24
"""Columns of names, of a bar that is full, and of what was before."""
MUTED = "$text-muted"


class ReadsView(VerticalScroll, can_focus=True):
    """Which PostgreSQL is read how much."""

    DEFAULT_CSS = """
    ReadsView { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    ReadsView > Static {
        width: 100%; height: auto; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def compose(self) -> ComposeResult:
        """Yield the text."""
        yield Static()

    def show(self, servers: Sequence[ServerReads], texts: Texts) -> None:
        """Show the servers as they are now."""
        self.query_one(Static).update(picture(servers, texts))


def picture(servers: Sequence[ServerReads], texts: Texts) -> Content:
    """Return the servers as text."""
    if not any(server.is_replica for server in servers):
        return Content.styled(texts("reads.none"), MUTED)
    lines = [Content.styled(texts("reads.title"), "bold $text-primary")]
    for server in servers:
        lines += [Content(""), _reads(server, texts), _state(server, texts)]
    return Content("\n").join(lines)


def _reads(server: ServerReads, texts: Texts) -> Content:
    return Content.assemble(
        ("● " if server.running else "✖ ", "$text-success" if server.running else "$text-error"),
        (f"{f'{server.server} · {server.title}':<{NAMES - 2}}", "bold"),
        (level_bar(server.percent, BAR), "$text-accent"),
        (f" {server.percent:>3.0f} %", "bold"),
        f"  {texts('reads.per_second', reads=server.per_second)}",
    )


def _state(server: ServerReads, texts: Texts) -> Content:
    """Return what was before, and how true the answers are."""
    spark = sparkline(server.earlier, SPARK)
    said = (state_of(texts, server), _style(server))
    return Content.assemble(" " * NAMES, (spark, "$text-accent"), "  ", said)


def _style(server: ServerReads) -> str:
    if not server.is_replica:
        return MUTED
    if not server.running or server.lag_kb is None:
        return "$text-error"
    return "$text-warning" if server.paused or server.lag_kb else "$text-success"
