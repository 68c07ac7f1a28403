"""Betty's figures beside the learner's own, as aligned text."""

from collections.abc import Mapping
from typing import Any

from textual.content import Content

from tutor.curriculum import Level
from tutor.texts import Texts
from tutor.tui.wording import number

ROWS = (
    ("queries", "queries", ("", "queries")),
    ("milliseconds", "ms", ("broken_ms", "shop_ms")),
    ("rps", "rps", ("", "rps")),
)
"""Betty's key, the name of the row, and the measures of the broken shop and of the learner's."""

WIDEST = 72
"""The columns that a verdict has for the table in a terminal of 80."""
INDENT = 8
"""How far the numbers stand in where their name has the line above."""


def figures(level: Level, measures: Mapping[str, Any], texts: Texts) -> Content | None:
    """Return the table; None where neither Betty nor the run has a figure."""
    before, after = level.betty.get("before", {}), level.betty.get("after", {})
    rows = []
    named = [(betty, texts(f"tui.figures.{name}"), measured) for betty, name, measured in ROWS]
    for betty, name, (broken, mine) in [*named, *_rows_of(level, texts)]:
        cells = [before.get(betty), after.get(betty), measures.get(broken), measures.get(mine)]
        if any(cell is not None for cell in cells):
            rows.append((name, cells))
    if not rows:
        return None
    filled = [
        (column, texts(f"tui.figures.{key}"))
        for column, key in enumerate(("betty_before", "betty_after", "broken", "mine"))
        if any(cells[column] is not None for _, cells in rows)
    ]
    table = [(name, [number(cells[column]) for column, _ in filled]) for name, cells in rows]
    return _laid_out([head for _, head in filled], table)


def _laid_out(heads: list[str], rows: list[tuple[str, list[str]]]) -> Content:
    """Return the rows under their heads; where that is too wide, each name has its own line."""
    widths = [
        max(len(text) for text in (head, *(cells[column] for _, cells in rows)))
        for column, head in enumerate(heads)
    ]
    longest = max(len(name) for name, _ in rows)
    apart = longest + sum(widths) + 2 * len(widths) > WIDEST
    first = INDENT if apart else longest

    def line(name: str, cells: list[str]) -> str:
        padded = [f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)]
        return "  ".join([f"{name:<{first}}", *padded])

    lines = [Content.styled(line("", heads), "$text-muted")]
    for name, cells in rows:
        lines += (
            [Content(name), Content(line("", cells))] if apart else [Content(line(name, cells))]
        )
    return Content("\n").join(lines)


def _rows_of(level: Level, texts: Texts) -> list[tuple[str, str, tuple[str, str]]]:
    """Return the rows that only this level has: Betty's keys that are measures with a unit."""
    known = {key for key, _, _ in ROWS}
    keys = dict.fromkeys(key for side in ("before", "after") for key in level.betty.get(side, {}))
    own = [key for key in keys if key not in known and texts.unit(level, key)]
    return [(key, texts.unit(level, key), (f"broken_{key}", key)) for key in own]
