"""Charts as inline SVG: bars before and after, and the attempts on their way to the goal.

Colours come from the page's style, and nothing is told by colour alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.words.markup import Markup, tag
from tutor.words.texts import Texts

SPREAD = 30.0
"""From this ratio of the largest to the smallest value on, a chart is drawn in powers of ten."""
WIDTH, HEIGHT = 360, 120
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 22


@dataclass(frozen=True, slots=True)
class Point:
    """One attempt in a chart."""

    label: str
    value: float | None
    outcome: str
    """``won``, ``not_yet``, …: what its mark looks like."""
    title: str
    """What is said of it to whoever points at it, or hears the page."""


def bar(value: float, top: float, bound: float | None, kind: str) -> Markup:
    """Return a bar of *value* where *top* is the whole width, with a line at *bound*."""
    marks = [
        tag("rect", x="0", y="0", width="100", height="10", class_="rail"),
        tag("rect", x="0", y="0", width=_percent(value, top), height="10", class_=kind),
    ]
    if bound is not None and bound <= top:
        x = min(99.7, max(0.3, _percent(bound, top)))
        marks.append(tag("line", x1=x, x2=x, y1="-2", y2="12", class_="bound"))
    return tag(
        "svg",
        marks,
        viewBox="0 -2 100 14",
        preserveAspectRatio="none",
        class_="bar",
        aria_hidden="true",
    )


def _percent(value: float, top: float) -> float:
    return round(min(100.0, 100 * value / top), 2) if top > 0 else 0.0


def progress(
    points: Sequence[Point], bound: float | None, title: str, texts: Texts, *, bound_label: str
) -> Markup:
    """Return the values of *points* as a line with a mark for each, and the *bound* they seek."""
    values = [point.value for point in points if point.value is not None]
    scale = _Scale([*values, *([bound] if bound is not None else [])])
    places = _places(len(points))
    line = [
        f"{x:.1f},{scale.y(point.value):.1f}"
        for x, point in zip(places, points, strict=True)
        if point.value is not None
    ]
    drawn = [_tick(scale, value, texts) for value in scale.ticks]
    if bound is not None:
        y = scale.y(bound)
        drawn.append(tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="bound"))
        above = y > TOP + 14
        drawn.append(
            tag(
                "text",
                bound_label,
                x=WIDTH - RIGHT,
                y=y - 4 if above else y + 11,
                text_anchor="end",
                class_="bound-label",
            )
        )
    if len(line) > 1:
        drawn.append(tag("polyline", points=" ".join(line), class_="line"))
    for x, point in zip(places, points, strict=True):
        drawn += _mark(x, point, scale)
    return tag(
        "svg",
        tag("title", title),
        drawn,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        class_="progress",
        role="img",
    )


def _places(count: int) -> list[float]:
    """Return where on the x axis *count* points stand."""
    room = WIDTH - LEFT - RIGHT - 20
    if count == 1:
        return [LEFT + 10 + room / 2]
    return [LEFT + 10 + room * index / (count - 1) for index in range(count)]


def _tick(scale: "_Scale", value: float, texts: Texts) -> Markup:
    y = scale.y(value)
    return tag(
        "g",
        tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid"),
        tag("text", texts.number(value), x=LEFT - 5, y=y + 3.5, text_anchor="end", class_="tick"),
    )


def _mark(x: float, point: Point, scale: "_Scale") -> list[Markup]:
    """Return the mark of a point: a disc where it won, a cross where not, a ring where unsure."""
    y = scale.y(point.value) if point.value is not None else HEIGHT - BOTTOM
    if point.outcome == "won":
        shape = tag("circle", cx=x, cy=y, r=4.5, class_="won")
    elif point.outcome == "not_yet":
        shape = tag("path", d=f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8", class_="not-yet")
    else:
        shape = tag("circle", cx=x, cy=y, r=4, class_="unsure")
    label = tag("text", point.label, x=x, y=HEIGHT - 6, text_anchor="middle", class_="tick")
    return [tag("g", tag("title", point.title), shape), label]


class _Scale:
    """The y axis: even, or in powers of ten where the values lie far apart."""

    def __init__(self, values: Sequence[float]) -> None:
        self.low = min([0.0, *values])
        self.top = max([*values, 1.0])
        least = min((value for value in values if value > 0), default=self.top)
        self.in_powers = self.low >= 0 and self.top / least >= SPREAD

    def y(self, value: float) -> float:
        """Return where *value* lies, from the top of the picture."""
        room = HEIGHT - TOP - BOTTOM
        share = (self._at(value) - self._at(self.low)) / (self._at(self.top) - self._at(self.low))
        return round(HEIGHT - BOTTOM - room * share, 1)

    def _at(self, value: float) -> float:
        # One more, so that none at all has a place too.
        return math.log10(1 + max(0.0, value)) if self.in_powers else value

    @property
    def ticks(self) -> list[float]:
        """A few round values to read the others by."""
        if self.in_powers:
            highest = math.floor(math.log10(self.top))
            step = max(1, math.ceil(highest / 3))
            return [0.0, *(10.0**power for power in range(step, highest + 1, step))]
        return [self.low, _round_down(self.top)]


def _round_down(value: float) -> float:
    """Return the largest round number that is not above *value*."""
    power = 10 ** math.floor(math.log10(value))
    digit = next(d for d in (5, 2, 1) if d * power <= value * 1.000001)
    return float(f"{digit * power:g}")
