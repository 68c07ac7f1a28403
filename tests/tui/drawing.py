"""Pictures of screens: what is written where, and in which colours."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from rich.color import Color
from rich.style import Style
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from textual.pilot import Pilot
from textual.strip import Strip

PICTURES = Path(__file__).parent / "pictures"
CHANGING = (
    (re.compile(r"\b\d+([.,])\d(?= s\b)"), r"0\g<1>0"),
    (re.compile(r"  \d+([.,])\d  "), r"  0\g<1>0  "),
)
"""What depends on the clock, and what stands for it; as long, so that nothing moves."""
INK = re.compile(r"[^\s…▀-▟■-◿─-╿⠀-⣿]")
"""What is read: neither blanks nor lines, blocks and dots that draw something."""

Colour = tuple[int, int, int]


def words_of(pilot: Pilot[int]) -> str:
    """Return what is written on the screen that has the keys, as lines.

    What is behind a dialog is drawn when there is time: it is in no picture.
    """
    lines: dict[int, str] = defaultdict(str)
    for y, strip in _in_front(pilot):
        lines[y] += strip.text
    text = "\n".join(line.rstrip() for _, line in sorted(lines.items()))
    for changing, still in CHANGING:
        text = changing.sub(still, text)
    return text + "\n"


def looks_of(pilot: Pilot[int]) -> Counter[str]:
    """Return how many characters are written in which style."""
    looks: Counter[str] = Counter()
    for _, strip in _in_front(pilot):
        for segment in strip:
            if segment.style and (ink := len(INK.findall(segment.text))):
                looks[_look(segment.style)] += ink
    return looks


def contrasts_of(pilot: Pilot[int]) -> list[tuple[float, str]]:
    """Return for each passage that can be read its contrast with what is behind it (WCAG 2)."""
    found = []
    for _, strip in _in_front(pilot):
        for segment in strip:
            if segment.style and INK.search(segment.text):
                front, back = _colours(segment.style)
                found.append((_contrast(front, back), segment.text.strip()))
    return found


def _in_front(pilot: Pilot[int]) -> Iterator[tuple[int, Strip]]:
    """Yield the lines of the screen that has the keys, without what a dialog dims behind it."""
    screen = pilot.app.screen
    shown = [child.region for child in screen.children if child.display]
    for y, strip in enumerate(screen._compositor.render_strips()):
        for region in shown if screen.is_modal else [screen.region]:
            if region.y <= y < region.bottom:
                yield y, strip.crop(region.x, region.right)


def _look(style: Style) -> str:
    front, back = _colours(style)
    ways = [way for way in ("bold", "italic", "underline", "strike") if getattr(style, way)]
    return " ".join([_hex(front), "on", _hex(back), *ways])


def _colours(style: Style) -> tuple[Colour, Colour]:
    """Return the colour of what is written and of what is behind it."""
    front = _triple(style.color, (255, 255, 255))
    back = _triple(style.bgcolor, (0, 0, 0))
    return (back, front) if style.reverse else (front, back)


def _triple(colour: Color | None, default: Colour) -> Colour:
    if colour is None or colour.is_default:
        return default
    red, green, blue = colour.get_truecolor(DEFAULT_TERMINAL_THEME)
    return red, green, blue


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [value / 255 for value in colour]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
