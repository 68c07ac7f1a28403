"""A value against its bound, as one line."""

from textual.content import Content

from tutor.base.numeric import is_number
from tutor.judge import GoalResult

PERCENT = 100


def meter(goal: GoalResult, width: int) -> Content:
    """Return a line of *width* columns: what was measured, and the bound across it.

    A bound of nothing is at the left edge, one of many at the middle; what is beyond the right edge
    ends in an arrow.
    """
    bound, top = _scale(goal)
    mark = min(width - 1, round(bound / top * width))
    value = goal.value if is_number(goal.value) else 0
    length = round(min(max(value, 0), top) / top * width)
    if value > 0:
        length = max(length, 1)
    style = "$text-success" if goal.met else "$text-warning"
    parts: list[tuple[str, str]] = []
    for place in range(width):
        filled = place < length
        beyond = place == width - 1 and value > top
        cell = "▶" if beyond else "┃" if place == mark else "━" if filled else "─"
        parts.append((cell, "bold" if cell == "┃" else style if filled else "$text-muted"))
    return Content.assemble(*parts)


def _scale(goal: GoalResult) -> tuple[float, float]:
    """Return the bound, and the value at the right edge."""
    if goal.at_most is None:
        bound = goal.at_least or 0
        return bound, PERCENT if PERCENT / 2 <= bound <= PERCENT else max(1, 2 * bound)
    return goal.at_most, max(1, 2 * goal.at_most)
