"""Two visits side by side: what was sent, what came, and a mark where they differ."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tutor.tui.widgets.plain import Static
from tutor.views.pair import Pair, PairRow, rows
from tutor.views.wording import cell, row_name, who
from tutor.words.texts import Texts

NAMES = 20
"""Columns for what a row is about."""
TALLEST = 3
"""Lines that one value may take."""


class VisitsView(VerticalScroll, can_focus=True):
    """A table of three columns, broken to the width there is."""

    DEFAULT_CSS = """
    VisitsView { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    VisitsView > Static { width: 100%; height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._pair = Pair("")
        self._texts: Texts | None = None
        self._width = 78
        """The columns that there were last: a view behind others has none."""

    def compose(self) -> ComposeResult:
        """Yield the text."""
        yield Static()

    def show(self, pair: Pair, texts: Texts) -> None:
        """Show two visits."""
        self._pair, self._texts = pair, texts
        self._lay_out()

    def on_resize(self) -> None:
        """Break the values anew where there is more room, or less."""
        if (self.scrollable_content_region.width or self._width) != self._width:
            self._lay_out()

    def _lay_out(self) -> None:
        self._width = self.scrollable_content_region.width or self._width
        if self._texts is not None:
            self.query_one(Static).update(table(self._pair, self._texts, max(60, self._width)))


def table(pair: Pair, texts: Texts, width: int) -> Content:
    """Return both visits as text of *width* columns; ``≠`` marks what differs."""
    left, right = pair.left, pair.right
    if left is None or right is None:
        return Content("")
    half = (width - NAMES - 4) // 2
    heads = [
        Content.styled(f"{texts(f'visits.{side}')}: {who(texts, visit.who)}", "bold $text-primary")
        for side, visit in (("left", left), ("right", right))
    ]
    lines = [_beside(Content(texts("visits.heading", path=pair.path, round=pair.round)), heads,
                     half, differs=False)]  # fmt: skip
    for row in rows(pair):
        cells = [
            _value(cell(texts, row, visit, value), row)
            for visit, value in ((left, row.left), (right, row.right))
        ]
        name = Content.styled(row_name(texts, row), "" if row.differs else "$text-muted")
        lines.append(_beside(name, cells, half, differs=row.differs))
    return Content("\n").join([*lines, Content(""), *_pages(pair, texts, half)])


def _pages(pair: Pair, texts: Texts, half: int) -> list[Content]:
    """Return the lines in which the pages differ."""
    different = pair.differences()
    title = Content.styled(texts("visits.lines" if different else "visits.same_lines"), "bold")
    width = (2 * half + NAMES) // 2
    found = [title]
    for one, other in different:
        cells = [
            Content(text).truncate(width - 1, ellipsis=True, pad=True) for text in (one, other)
        ]
        mark = Content.styled("≠ ", "$text-warning")
        found.append(Content.assemble(mark, cells[0], " ", cells[1]))
    return found


def _value(text: str, row: PairRow) -> Content:
    if text.startswith("✖"):
        return Content.styled(text, "bold $text-error")
    if row.key == "kept" and row.left + row.right:
        return Content.styled(text, "bold")
    return Content(text)


def _beside(name: Content, cells: list[Content], half: int, *, differs: bool) -> Content:
    """Return one row, as high as its longest value."""
    columns = [
        [name.truncate(NAMES, ellipsis=True)],
        *[cell.wrap(half)[:TALLEST] or [Content("")] for cell in cells],
    ]
    lines = []
    for number in range(max(len(column) for column in columns)):
        parts = [column[number] if number < len(column) else Content("") for column in columns]
        mark = ("≠ ", "$text-warning") if differs and number == 0 else "  "
        padded = [
            part.truncate(wide, pad=True)
            for part, wide in zip(parts, (NAMES, half, half), strict=True)
        ]
        lines.append(Content.assemble(mark, padded[0], " ", padded[1], " ", padded[2]))
    return Content("\n").join(lines)
