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


def figures(level: Level, measures: Mapping[str, Any], texts: Texts) -> Content | None:
    """Return the table; None where neither Betty nor the run has a figure."""
    before, after = level.betty.get("before", {}), level.betty.get("after", {})
    rows = []
    named = [(betty, texts(f"tui.figures.{name}"), measured) for betty, name, measured in ROWS]
    for betty, name, (broken, mine) in [*named, *_rows_of(level, texts)]:
        cells = [before.get(betty), after.get(betty), measures.get(broken), measures.get(mine)]
        if any(cell is not None for cell in cells):
            rows.append([name, *map(number, cells)])
    if not rows:
        return None
    head = [
        "",
        *(texts(f"tui.figures.{key}") for key in ("betty_before", "betty_after", "broken", "mine")),
    ]
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [Content.styled(_line(head, widths), "$text-muted")]
    lines += [Content(_line(row, widths)) for row in rows]
    return Content("\n").join(lines)


def _rows_of(level: Level, texts: Texts) -> list[tuple[str, str, tuple[str, str]]]:
    """Return the rows that only this level has: Betty's keys that are measures with a unit."""
    known = {key for key, _, _ in ROWS}
    keys = dict.fromkeys(key for side in ("before", "after") for key in level.betty.get(side, {}))
    own = [key for key in keys if key not in known and texts.unit(level, key)]
    return [(key, texts.unit(level, key), (f"broken_{key}", key)) for key in own]


def _line(cells: list[str], widths: list[int]) -> str:
    first, *others = cells
    return "  ".join(
        [f"{first:<{widths[0]}}", *(f"{c:>{w}}" for c, w in zip(others, widths[1:], strict=True))]
    )
