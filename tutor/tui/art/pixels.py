"""A small canvas of pixels; two of them, one above the other, make one character."""

from collections.abc import Iterable, Mapping, Sequence

from textual.content import Content

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
        for row in range(y, y + height):
            for column in range(x, x + width):
                self.put(column, row, colour)

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


def _runs(pairs: Iterable[tuple[Pixel, Pixel]]) -> list[tuple[str, str]]:
    """Return the characters of one line, alike ones together."""
    runs: list[tuple[str, str]] = []
    for upper, lower in pairs:
        text, style = _character(upper, lower)
        if runs and runs[-1][1] == style:
            runs[-1] = (runs[-1][0] + text, style)
        else:
            runs.append((text, style))
    return runs


def _character(upper: Pixel, lower: Pixel) -> tuple[str, str]:
    if upper is None and lower is None:
        return " ", ""
    if upper == lower:
        return "█", str(upper)
    if lower is None:
        return "▀", str(upper)
    if upper is None:
        return "▄", str(lower)
    return "▀", f"{upper} on {lower}"
