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
    for betty, name, (broken, mine) in ROWS:
        cells = [before.get(betty), after.get(betty), measures.get(broken), measures.get(mine)]
        if any(cell is not None for cell in cells):
            rows.append([texts(f"tui.figures.{name}"), *map(number, cells)])
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


def _line(cells: list[str], widths: list[int]) -> str:
    first, *others = cells
    return "  ".join(
        [f"{first:<{widths[0]}}", *(f"{c:>{w}}" for c, w in zip(others, widths[1:], strict=True))]
    )
