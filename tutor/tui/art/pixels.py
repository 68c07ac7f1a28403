"""A small canvas of pixels; two of them, one above the other, make one character."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby

from textual.color import Color
from textual.content import Content
from textual.style import Style

Pixel = str | None
"""A colour as ``#rrggbb``; None where the screen shines through."""


class Canvas:
    """Pixels to paint on, from the top left."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.pixels: list[list[Pixel]] = [[None] * width for _ in range(height)]

    @classmethod
    def of(cls, rows: Sequence[str], palette: Mapping[str, str]) -> "Canvas":
        """Return the picture that *rows* spell, a letter per pixel; unknown letters are nothing."""
        canvas = cls(max(map(len, rows), default=0), len(rows))
        for y, row in enumerate(rows):
            for x, letter in enumerate(row):
                canvas.pixels[y][x] = palette.get(letter)
        return canvas

    def put(self, x: int, y: int, colour: Pixel) -> None:
        """Paint one pixel; beside the canvas nothing happens."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self.pixels[y][x] = colour

    def box(self, x: int, y: int, width: int, height: int, colour: Pixel) -> None:
        """Paint a rectangle."""
        left = max(x, 0)
        right = max(left, min(x + width, self.width))
        for row in self.pixels[max(y, 0) : max(y + height, 0)]:
            row[left:right] = [colour] * (right - left)

    def paste(self, picture: "Canvas", x: int, y: int) -> None:
        """Paint *picture* with its top left corner at *x*, *y*."""
        for row, pixels in enumerate(picture.pixels):
            for column, colour in enumerate(pixels):
                if colour is not None:
                    self.put(x + column, y + row, colour)

    def drawn(self) -> Content:
        """Return the picture as text, half a character per pixel."""
        padded = list(self.pixels)
        if self.height % 2:
            padded.append([None] * self.width)
        lines = [
            Content.assemble(*_runs(zip(upper, lower, strict=True)))
            for upper, lower in zip(padded[::2], padded[1::2], strict=True)
        ]
        return Content("\n").join(lines)


def _runs(pairs: Iterable[tuple[Pixel, Pixel]]) -> list[tuple[str, Style]]:
    """Return the characters of one line, alike ones together."""
    runs: list[tuple[str, Style]] = []
    for pair, alike in groupby(pairs):
        text, style = _character(*pair)
        text *= len(list(alike))
        if runs and runs[-1][1] is style:
            runs[-1] = (runs[-1][0] + text, style)
        else:
            runs.append((text, style))
    return runs


@cache
def _character(upper: Pixel, lower: Pixel) -> tuple[str, Style]:
    if upper is None and lower is None:
        return " ", Style.null()
    if upper == lower:
        return "█", _style(upper)
    if lower is None:
        return "▀", _style(upper)
    if upper is None:
        return "▄", _style(lower)
    return "▀", _style(upper, lower)


@cache
def _style(front: Pixel, back: Pixel = None) -> Style:
    """Return a style for two colours; Textual would read one that is spelled again and again."""
    return Style(_colour(back), _colour(front))


def _colour(pixel: Pixel) -> Color | None:
    return Color.parse(pixel) if pixel else None
