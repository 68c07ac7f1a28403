"""Rows of cells beside one another, in which no word is broken.

Rich's own table makes columns narrower than their words where there is little room.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

READABLE = 28
"""Columns in which a sentence can still be read; with fewer it stands below its row."""
BELOW = 4
"""How far what stands below a row is indented."""


@dataclass
class Column:
    """One column, and how wide its cells are."""

    title: str
    right: bool
    """Its cells end in one line: numbers."""
    keep: bool
    """Its cells are never wrapped."""
    prose: bool
    """It holds sentences: rather below the row than word by word."""
    widest: int = 0
    """Columns of its longest line."""
    word: int = 0
    """Columns of its longest word."""

    def measure(self, cell: Text) -> None:
        """Take in how wide *cell* is."""
        self.widest = max(self.widest, *map(cell_len, cell.plain.split("\n")))
        self.word = max([self.word, *map(cell_len, cell.plain.split())])

    @property
    def least(self) -> int:
        """Return how narrow it may become."""
        if self.keep:
            return self.widest
        return max(self.word, min(self.widest, READABLE)) if self.prose else self.word


class Columns:
    """A table without a frame: columns give way word by word, the last ones below their row."""

    def __init__(self, *, gap: int = 2) -> None:
        self.gap = gap
        self.columns: list[Column] = []
        self._rows: list[Sequence[str]] = []

    def add_column(
        self, title: str = "", *, right: bool = False, keep: bool = False, prose: bool = False
    ) -> None:
        """Add a column; its title is plain text."""
        self.columns.append(Column(title, right, keep, prose))

    def add_row(self, *cells: str) -> None:
        """Add a row of cells in console markup."""
        self._rows.append(cells)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rows = self._texts(console)
        layout = self.laid_out(rows, console, options.max_width)
        yield from layout.head()
        for row in rows:
            yield from layout.lines(row)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        self._measure(self._texts(console))
        gaps = self.gap * (len(self.columns) - 1)
        widest = sum(column.widest for column in self.columns) + gaps
        least = max((column.word for column in self.columns), default=0)
        return Measurement(min(least, options.max_width), min(widest, options.max_width))

    def laid_out(self, rows: Sequence[Sequence[Text]], console: Console, width: int) -> "Layout":
        """Return how rows as wide as *rows* stand in *width* columns."""
        self._measure(rows)
        return Layout(self, console, width)

    def _texts(self, console: Console) -> list[list[Text]]:
        return [[console.render_str(cell) for cell in row] for row in self._rows]

    def _measure(self, rows: Sequence[Sequence[Text]]) -> None:
        for column in self.columns:
            column.measure(Text(column.title))
        for row in rows:
            for column, cell in zip(self.columns, row, strict=True):
                column.measure(cell)


class Layout:
    """Where each cell of a row stands."""

    def __init__(self, table: Columns, console: Console, width: int) -> None:
        self._console = console
        self._width = width
        self._columns = table.columns
        self._gap = " " * table.gap
        self._widths = shared(table.columns, width, table.gap)
        """Of the columns that stand beside one another; the others stand below."""

    def head(self) -> Iterator[Text]:
        """Yield the titles of what stands beside one another; nothing where there is none."""
        beside = self._columns[: len(self._widths)]
        if any(column.title for column in beside):
            yield from self._beside([Text(column.title, style="bold") for column in beside])

    def lines(self, cells: Sequence[Text]) -> Iterator[Text]:
        """Yield the lines of a row."""
        count = len(self._widths)
        yield from self._beside(cells[:count])
        for column, cell in zip(self._columns[count:], cells[count:], strict=True):
            if cell:
                # What is no sentence says nothing without its title.
                is_named = column.title and not column.prose
                below = Text.assemble(f"{column.title}: ", cell) if is_named else cell
                for line in self._wrapped(below, self._width - BELOW):
                    yield _line(Text(" " * BELOW) + line)

    def _beside(self, cells: Sequence[Text]) -> Iterator[Text]:
        parts = [self._wrapped(cell, w) for cell, w in zip(cells, self._widths, strict=True)]
        for row in range(max(map(len, parts), default=0)):
            line = Text()
            for column, width, part in zip(self._columns, self._widths, parts, strict=False):
                piece = part[row].copy() if row < len(part) else Text()
                room = " " * (width - piece.cell_len)
                gap = self._gap if column is not self._columns[0] else ""
                line += Text.assemble(gap, *((room, piece) if column.right else (piece, room)))
            yield _line(line)

    def _wrapped(self, cell: Text, width: int) -> Sequence[Text]:
        if "\n" not in cell.plain and cell.cell_len <= width:
            return [cell]
        return list(cell.wrap(self._console, max(1, width)))


def shared(columns: Sequence[Column], width: int, gap: int) -> list[int]:
    """Return the widths of as many *columns* as have room beside one another, from the first."""
    for count in range(len(columns), 1, -1):
        widths = _narrowed(columns[:count], width - gap * (count - 1))
        if widths:
            return widths
    return [width] * min(1, len(columns))


def _narrowed(columns: Sequence[Column], room: int) -> list[int]:
    """Return widths that come to *room* at most, the widest narrowed first; none where none do."""
    widths = [column.widest for column in columns]
    while sum(widths) > room:
        can = [at for at, column in enumerate(columns) if widths[at] > column.least]
        if not can:
            return []
        widths[max(can, key=lambda at: widths[at])] -= 1
    return widths


def _line(text: Text) -> Text:
    """Return *text* as one line, whatever has it printed."""
    text.rstrip()
    text.no_wrap, text.overflow = True, "fold"
    return text
