"""The campaign as a path: a stop per level, and the way from one to the next."""

from textual.content import Content

from tutor.tui.path import HERE, OPEN, WON

MARKS = {WON: ("●", "$text-success"), HERE: ("◉", "$text-accent"), OPEN: ("○", "$text-muted")}
"""How a stop looks; the words beside it say the same."""
BENDS = (2, 5, 8, 11, 8, 5)
"""How far the path stands in at each stop, over and over."""
WALKED, AHEAD = "━┃┏┓┗┛", "╌┆┌┐└┘"
"""The way behind the learner, and the way ahead: across, down, and four corners."""


def stop(  # noqa: PLR0913 - one line of the map, and all that stands on it
    place: int, state: str, title: str, facts: str, below: str, width: int, *, last: bool
) -> Content:
    """Return the two lines of the stop at *place*: the level, and the way to the next one."""
    mark, style = MARKS[state]
    here, there = _bend(place), _bend(place + 1)
    way = "" if last else _way(here, there, WALKED if state == WON else AHEAD)
    text_at = max(BENDS) + 4
    line = f"{' ' * here}{mark} "
    lead = "╶" * max(0, text_at - len(line) - 1)
    room = max(8, width - text_at - len(facts) - 2)
    said = title if len(title) <= room else f"{title[: room - 1]}…"
    gap = " " * max(1, width - text_at - len(said) - len(facts))
    upper = Content.assemble(
        " " * here,
        (mark, f"bold {style}"),
        " ",
        (lead, "$text-muted"),
        " " * (text_at - len(line) - len(lead)),
        (said, "bold"),
        gap,
        (facts, style),
    )
    room = width - text_at
    told = below if len(below) <= room else f"{below[: room - 1]}…"
    lower = Content.assemble((f"{way:<{text_at}}", style), (told, "$text-muted"))
    return Content("\n").join([upper, lower])


def _bend(place: int) -> int:
    return BENDS[place % len(BENDS)]


def _way(here: int, there: int, strokes: str) -> str:
    """Return the line that leads from the column *here* to the column *there*."""
    across, down, from_left, from_right, to_right, to_left = strokes
    if here == there:
        return f"{' ' * here}{down}"
    if here < there:
        return f"{' ' * here}{to_right}{across * (there - here - 1)}{from_right}"
    return f"{' ' * there}{from_left}{across * (here - there - 1)}{to_left}"
