"""A small chart of bars that grows with its place."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from tutor.tui.wording import number

EIGHTHS = " ▁▂▃▄▅▆▇█"
WIDEST_BAR = 3


class Chart(Widget):
    """One measure over time: its name, newest value and a detail above bars."""

    DEFAULT_CSS = """
    Chart { height: 6; width: 1fr; padding: 0 1; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._head: Content = Content("")
        self._values: Sequence[float] = ()
        self._empty = ""
        self._top = 0.0

    def show(
        self,
        name: str,
        unit: str,
        values: Sequence[float],
        detail: str,
        empty: str,
        *,
        top: float = 0,
    ) -> None:
        """Show *values*, the newest last; *empty* stands where there are none.

        *top* is the value that fills the chart; 0 for the largest of those that are shown.
        """
        newest = number(round(values[-1], 1 if values[-1] < 10 else None)) if values else "–"
        self._head = Content.assemble(
            (name, "bold"),
            "  ",
            (newest, "bold $text-accent"),
            f" {unit}\n",
            (detail, "$text-muted"),
        )
        self._values, self._empty, self._top = values, empty, top
        self.refresh()

    def render(self) -> Content:
        """Draw the bars from the newest on the right."""
        if not self._values:
            return Content.assemble(self._head, (self._empty, "$text-muted"))
        lines = bars(self._values, self.size.width, max(1, self.size.height - 2), self._top)
        return Content.assemble(self._head, "\n", ("\n".join(lines), "$text-accent"))


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
