"""A small chart of bars that grows with its place."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from tutor.tui.leads import Lead

EIGHTHS = " ▁▂▃▄▅▆▇█"
WIDEST_BAR = 2
FULL_STYLE = "$primary"
"""What is below the top of a bar, so that its top stands out."""
LINE = "┄"
"""Marks a limit where no bar stands in its way."""


class Chart(Widget):
    """One measure over time: its name, newest value and a detail above bars."""

    DEFAULT_CSS = """
    Chart { height: 6; width: 1fr; padding: 0 1; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._lead: Lead | None = None
        self._empty = ""

    def show(self, lead: Lead, empty: str = "") -> None:
        """Draw *lead*, the newest value last; *empty* stands where there are none."""
        if (lead, empty) != (self._lead, self._empty):
            self._lead, self._empty = lead, empty
            self.refresh()

    def render(self) -> Content:
        """Draw the bars from the newest on the right."""
        lead = self._lead
        if lead is None:
            return Content("")
        head = self._head(lead)
        if not lead.values:
            return Content.assemble(head, (self._empty, "$text-muted"))
        width, height = self.size.width, max(1, self.size.height - 2)
        return Content.assemble(head, "\n", drawn(lead, width, height))

    def _head(self, lead: Lead) -> Content:
        newest = lead.newest or "–"
        width = max(10, self.size.width)
        title = Content.assemble(
            (lead.name, "bold"), "  ", (newest, "bold $text-accent"), f" {lead.unit}"
        )
        detail = Content.styled(lead.detail, "$text-muted")
        return Content.assemble(
            title.truncate(width, ellipsis=True), "\n", detail.truncate(width, ellipsis=True)
        )


def drawn(lead: Lead, width: int, height: int) -> Content:
    """Return the bars of *lead*, the inner ones in them, and its limit behind them."""
    top = lead.top or max(*lead.values, lead.limit) or 1
    outer = bars(lead.values, width, height, top)
    inner = bars(lead.inner, width, height, top) if lead.inner else [""] * height
    line = height - 1 - min(height - 1, int(lead.limit / top * height)) if lead.limit else -1
    rows = []
    for row, cells in enumerate(outer):
        if row == line:
            cells = "".join(LINE if cell == " " else cell for cell in cells.ljust(width))
        rows.append(_styled(cells, inner[row]))
    return Content("\n").join(rows)


def _styled(cells: str, inner: str) -> Content:
    """Return a row of the chart; what is filled by the inner bars stands out."""
    parts: list[tuple[str, str]] = []
    for place, cell in enumerate(cells):
        filled = place < len(inner) and inner[place] == "█"
        style = "$text-warning" if cell == LINE else FULL_STYLE if cell == "█" else "$text-primary"
        style = "$text-accent" if filled else style
        if parts and parts[-1][1] == style:
            parts[-1] = (parts[-1][0] + cell, style)
        else:
            parts.append((cell, style))
    return Content.assemble(*parts)


def bars(
    values: Sequence[float], width: int, height: int, top: float = 0, widest: int = WIDEST_BAR
) -> list[str]:
    """Return *height* lines of at most *width* columns: a bar for each of the newest values."""
    bar = max(1, min(widest, width // len(values)))
    shown = values[-max(1, width // bar) :]
    top = top or max(shown) or 1
    levels = [round(min(max(value, 0), top) / top * height * 8) for value in shown]
    return [
        "".join(EIGHTHS[min(8, max(0, level - row * 8))] * bar for level in levels)
        for row in range(height - 1, -1, -1)
    ]
