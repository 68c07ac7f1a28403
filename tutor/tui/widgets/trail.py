"""The campaign as a path: a stop per level, and the way from one to the next."""

from dataclasses import dataclass

from textual.content import Content

from tutor.base.text import cut
from tutor.tui.path import HERE, OPEN, WON

MARKS = {WON: ("●", "$text-success"), HERE: ("◉", "$text-accent"), OPEN: ("○", "$text-muted")}
"""How a stop looks; the words beside it say the same."""
BENDS = (2, 5, 8, 11, 8, 5)
"""How far the path stands in at each stop, over and over."""
WALKED, AHEAD = tuple("━┃┏┓┗┛"), tuple("╌┆┌┐└┘")
"""The way behind the learner, and the way ahead: across, down, and four corners."""


TEXT_AT = max(BENDS) + 4
"""Where the words begin."""


@dataclass(frozen=True, slots=True)
class Stop:
    """What is said at one stop."""

    state: str
    title: str
    facts: str
    """At the right edge: the medal, or how the level stands."""
    below: str
    """In the second line."""


def stop(said: Stop, place: int, width: int, air: int = 0, *, last: bool = False) -> Content:
    """Return the stop at *place*: the level, and the way to the next one.

    Two lines, and *air* more where the terminal has them; one where it lacks them.
    """
    mark, style = MARKS[said.state]
    here, there = _bend(place), _bend(place + 1)
    lead = "╶" * (TEXT_AT - here - 3)
    room = max(8, width - TEXT_AT - len(said.facts) - 2)
    title = cut(said.title, room)
    upper = Content.assemble(
        f"{' ' * here}",
        (mark, f"bold {style}"),
        (f" {lead} ", "$text-muted"),
        (title, "bold"),
        " " * max(1, width - TEXT_AT - len(title) - len(said.facts)),
        (said.facts, style),
    )
    if air < 0:
        return upper
    strokes = WALKED if said.state == WON else AHEAD
    ways = ["" if last else f"{' ' * here}{strokes[1]}"] * air
    ways.append("" if last else _way(here, there, strokes))
    lines = [Content.styled(f"{way:<{TEXT_AT}}", style) for way in ways]
    for at, text in enumerate(_fitted(said.below, width - TEXT_AT, len(lines))):
        lines[at] += Content.styled(text, "$text-muted")
    return Content("\n").join([upper, *lines])


def _fitted(text: str, width: int, most: int) -> list[str]:
    """Return *text* in at most so many lines; only the last one may be cut."""
    lines = [line.plain for line in Content(text).wrap(width)]
    return [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), width)]


def _bend(place: int) -> int:
    return BENDS[place % len(BENDS)]


def _way(here: int, there: int, strokes: tuple[str, ...]) -> str:
    """Return the line that leads from the column *here* to the column *there*."""
    across, down, from_left, from_right, to_right, to_left = strokes
    if here == there:
        return f"{' ' * here}{down}"
    if here < there:
        return f"{' ' * here}{to_right}{across * (there - here - 1)}{from_right}"
    return f"{' ' * there}{from_left}{across * (here - there - 1)}{to_left}"
