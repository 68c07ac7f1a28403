"""Two visits side by side: what was sent, what came, and a mark where they differ."""

from collections.abc import Sequence
from itertools import zip_longest

from textual.content import Content

from tutor.tui.widgets.page import COLUMNS, Page
from tutor.views.pair import Pair, PairRow, rows
from tutor.views.wording import cell, row_name, who
from tutor.words.texts import Texts

NAMES = 20
"""Columns for what a row is about."""


class VisitsView(Page):
    """A table of three columns, broken to the width there is."""

    def show(self, pair: Pair, texts: Texts) -> None:
        """Show two visits."""
        self.draw(lambda columns: table(pair, texts, max(60, columns)))


def table(pair: Pair, texts: Texts, width: int = COLUMNS) -> Content:
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
    width = (2 * half + NAMES) // 2 - 1
    return [title, *[_row([Content(text) for text in pair], [width] * 2, differs=True)
                     for pair in different]]  # fmt: skip


def _value(text: str, row: PairRow) -> Content:
    if text.startswith("✖"):
        return Content.styled(text, "bold $text-error")
    if row.key == "kept" and row.left + row.right:
        return Content.styled(text, "bold")
    return Content(text)


def _beside(name: Content, cells: list[Content], half: int, *, differs: bool) -> Content:
    """Return one row of the table."""
    return _row([name, *cells], [NAMES, half, half], differs=differs)


def _row(cells: Sequence[Content], widths: Sequence[int], *, differs: bool) -> Content:
    """Return *cells* side by side, in as many lines as the longest needs."""
    columns = [cell.wrap(wide) for cell, wide in zip(cells, widths, strict=True)]
    lines = []
    for number, parts in enumerate(zip_longest(*columns, fillvalue=Content(""))):
        mark = ("≠ ", "$text-warning") if differs and number == 0 else "  "
        padded = [part.truncate(wide, pad=True) for part, wide in zip(parts, widths, strict=True)]
        lines.append(Content.assemble(mark, Content(" ").join(padded)))
    return Content("\n").join(lines)
