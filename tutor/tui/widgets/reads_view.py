"""Reads per server: a bar for each PostgreSQL, with its share, its last seconds and its lag."""

from collections.abc import Sequence

from textual.content import Content

from tutor.tui.widgets.page import COLUMNS, Page
from tutor.tui.widgets.stack_view import level_bar, sparkline
from tutor.tui.wording import hanging
from tutor.views.reads import ServerReads, state_of
from tutor.words.texts import Texts

NAMES, BAR, SPARK = 22, 20, 24
"""Columns of names, of a bar that is full, and of what was before."""
MUTED = "$text-muted"


class ReadsView(Page):
    """Which PostgreSQL is read how much."""

    def show(self, servers: Sequence[ServerReads], texts: Texts) -> None:
        """Show the servers as they are now."""
        self.draw(lambda columns: picture(servers, texts, columns))


def picture(servers: Sequence[ServerReads], texts: Texts, columns: int = COLUMNS) -> Content:
    """Return the servers as text."""
    if not any(server.is_replica for server in servers):
        return Content.styled(texts("reads.none"), MUTED)
    lines = [Content.styled(texts("reads.title"), "bold $text-primary")]
    for server in servers:
        lines += [Content(""), _reads(server, texts, columns), _state(server, texts, columns)]
    return Content("\n").join(lines)


def _reads(server: ServerReads, texts: Texts, columns: int) -> Content:
    mark = Content.assemble(
        ("● " if server.running else "✖ ", "$text-success" if server.running else "$text-error"),
        (f"{f'{server.server} · {server.title}':<{NAMES - 2}}", "bold"),
        (level_bar(server.percent, BAR), "$text-accent"),
        (f" {server.percent:>3.0f} %  ", "bold"),
    )
    return hanging(mark, Content(texts("reads.per_second", reads=server.per_second)), columns)


def _state(server: ServerReads, texts: Texts, columns: int) -> Content:
    """Return what was before, and how true the answers are."""
    spark = sparkline(server.earlier, SPARK)
    mark = Content.assemble(" " * NAMES, (spark, "$text-accent"), "  ")
    return hanging(mark, Content.styled(state_of(texts, server), _style(server)), columns)


def _style(server: ServerReads) -> str:
    if not server.is_replica:
        return MUTED
    if not server.running or server.lag_kb is None:
        return "$text-error"
    return "$text-warning" if server.paused or server.lag_kb else "$text-success"
