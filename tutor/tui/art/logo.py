"""Our name in letters of blocks."""

from textual.color import Color
from textual.content import Content

from tutor.tui.art.pixels import Canvas

STROKE, GAP, SPACE = 7, 1, 4
"""Columns of a letter, between two, and between two words."""
HEIGHT = 10
LETTERS = {
    "L": ["##....."] * 8 + ["#######"] * 2,
    "E": ["#######"] * 2 + ["##....."] * 2 + ["######."] * 2 + ["##....."] * 2 + ["#######"] * 2,
    "V": ["##...##"] * 5 + [".##.##."] * 3 + ["..###..", "...#..."],
    "U": ["##...##"] * 8 + ["#######", ".#####."],
    "P": ["######.", "#######", *["##...##"] * 2, "#######", "######.", *["##....."] * 4],
    "N": ["##...##", "###..##", *["####.##"] * 2, *["##.####"] * 2, "##..###", *["##...##"] * 3],
    "I": ["##"] * 10,
    "S": [".######", "#######", *["##....."] * 2, "######.", ".######", *[".....##"] * 2]
    + ["#######", "######."],
    "B": ["######.", "#######", *["##...##"] * 2, *["######."] * 2, *["##...##"] * 2]
    + ["#######", "######."],
    "2": [".#####.", "#######", "##...##", ".....##", "...####", ".####..", "####..."]
    + ["##.....", *["#######"] * 2],
    "!": ["##"] * 7 + [".."] + ["##"] * 2,
    "¡": ["##"] * 2 + [".."] + ["##"] * 7,
    " ": ["." * SPACE] * HEIGHT,
}


def spelled(word: str, upper: str, lower: str) -> Content:
    """Return *word* in large letters, from the colour *upper* at the top to *lower* below."""
    shapes = [LETTERS[letter] for letter in word]
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
