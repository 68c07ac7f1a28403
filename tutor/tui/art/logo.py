"""Our name in letters of blocks."""

from textual.color import Color
from textual.content import Content

from tutor.tui.art.pixels import Canvas

STROKE, GAP, SPACE = 7, 1, 4
"""Columns of a letter, between two, and between two words."""
HEIGHT = 10


def _shape(*rows: str | int) -> list[str]:
    """Return the rows of a letter: each is followed by how often it comes."""
    shapes, counts = rows[::2], rows[1::2]
    return [str(row) for row, count in zip(shapes, counts, strict=True) for _ in range(int(count))]


LETTERS = {
    "L": _shape("##.....", 8, "#######", 2),
    "E": _shape("#######", 2, "##.....", 2, "######.", 2, "##.....", 2, "#######", 2),
    "V": _shape("##...##", 5, ".##.##.", 3, "..###..", 1, "...#...", 1),
    "U": _shape("##...##", 8, "#######", 1, ".#####.", 1),
    "P": _shape("######.", 1, "#######", 1, "##...##", 2, "#######", 1, "######.", 1, "##.....", 4),
    "N": _shape("##...##", 1, "###..##", 1, "####.##", 2, "##.####", 2, "##..###", 1, "##...##", 3),
    "I": _shape("##", 10),
    "S": _shape(".######", 1, "#######", 1, "##.....", 2, "######.", 1, ".######", 1, ".....##", 2)
    + _shape("#######", 1, "######.", 1),
    "B": _shape("######.", 1, "#######", 1, "##...##", 2, "######.", 2, "##...##", 2)
    + _shape("#######", 1, "######.", 1),
    "2": _shape(".#####.", 1, "#######", 1, "##...##", 1, ".....##", 1, "...####", 1, ".####..", 1)
    + _shape("####...", 1, "##.....", 1, "#######", 2),
    "3": _shape(".#####.", 1, "#######", 1, "##...##", 1, ".....##", 1, "..####.", 2, ".....##", 1)
    + _shape("##...##", 1, "#######", 1, ".#####.", 1),
    "!": _shape("##", 7, "..", 1, "##", 2),
    "¡": _shape("##", 2, "..", 1, "##", 7),
    " ": _shape("." * SPACE, HEIGHT),
}


def spelled(word: str, upper: str, lower: str) -> Content:
    """Return *word* in large letters, from the colour *upper* at the top to *lower* below."""
    # What nobody has drawn yet is left out: it must not end the game.
    shapes = [LETTERS.get(letter, LETTERS[" "]) for letter in word]
    width = sum(len(shape[0]) + GAP for shape in shapes) - GAP
    canvas = Canvas(width, HEIGHT)
    first, last = Color.parse(upper), Color.parse(lower)
    x = 0
    for shape in shapes:
        for y, row in enumerate(shape):
            colour = first.blend(last, y / (HEIGHT - 1)).hex
            for column, mark in enumerate(row):
                if mark == "#":
                    canvas.put(x + column, y, colour)
        x += len(shape[0]) + GAP
    return canvas.drawn()
