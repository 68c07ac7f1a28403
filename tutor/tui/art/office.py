"""Betty's office on a Friday, 16:55: window, rack, two desks, one ficus."""

from collections.abc import Sequence

from textual.color import Color

from tutor.tui.art.pixels import Canvas
from tutor.tui.art.portraits import SIZE, portraits

NARROW, WIDE = 76, 108
"""Columns of the picture in a terminal of 80 and in a large one."""
HEIGHT = 20
"""Pixels from the floor to the top of the tallest head."""
SKY = ("#33406b", "#7a5c8e", "#e08a6a", "#f6c177")
SUN, HILL = "#ffe9a8", "#2e3350"
FRAME, SILL = "#8b7355", "#a5896a"
DESK, LEGS = "#9a6b45", "#6f4a30"
SCREEN, GLOW, STAND = "#2a3147", "#8fb8ff", "#4a536d"
RACK, SLOT = "#39415a", "#222839"
LEDS = {"won": "#7fce9a", "here": "#f2b56b", "open": "#4a536d"}
BLINK = "#fff2c9"
FLOOR = "#5a4a3f"
UNITS = 7
"""Servers for which the rack has room, one per level of the first season."""
DESK_TOP = 3
"""Pixels from the floor to the top of a desk."""


def office(width: int, levels: Sequence[str], beat: int = 0) -> Canvas:
    """Return the office; the rack has a light for each of *levels*: won, here or open.

    At an odd *beat* the light of the level that is on is bright.
    """
    canvas = Canvas(width, HEIGHT)
    floor = HEIGHT - 1
    left = (width - NARROW) // 2
    _window(canvas, left + 26, floor - 17, 24)
    _rack(canvas, left, floor, levels, beat)
    people = portraits()
    canvas.paste(people["betty"], left + 13, floor - SIZE - DESK_TOP)
    canvas.paste(people["marissa"], left + 43, floor - SIZE - DESK_TOP)
    _desk(canvas, left + 11, floor)
    _desk(canvas, left + 41, floor)
    _monitor(canvas, left + 31, floor - DESK_TOP - 1, beat)
    canvas.paste(people["ficus"], left + 61, floor - SIZE)
    canvas.box(0, floor, width, 1, FLOOR)
    return canvas


def _window(canvas: Canvas, x: int, top: int, width: int) -> None:
    """Paint a sunset behind everything."""
    height = 11
    canvas.box(x, top, width, height, FRAME)
    colours = [Color.parse(colour) for colour in SKY]
    for row in range(height - 2):
        place = row / (height - 3) * (len(colours) - 1)
        step = min(int(place), len(colours) - 2)
        colour = colours[step].blend(colours[step + 1], place - step).hex
        canvas.box(x + 1, top + 1 + row, width - 2, 1, colour)
    canvas.box(x + 15, top + 3, 4, 4, SUN)
    canvas.box(x + 14, top + 4, 6, 2, SUN)
    for column, tall in enumerate(
        (2, 3, 3, 1, 4, 4, 2, 1, 1, 3, 2, 2, 5, 5, 1, 1, 2, 3, 1, 1, 2, 2)
    ):
        canvas.box(x + 1 + column, top + height - 1 - tall, 1, tall, HILL)
    canvas.box(x + width // 2, top + 1, 1, height - 2, FRAME)
    canvas.box(x - 1, top + height, width + 2, 1, SILL)


def _rack(canvas: Canvas, x: int, floor: int, levels: Sequence[str], beat: int) -> None:
    """Paint a server per level of the first season; its label is a level of the second one."""
    first, second = levels[:UNITS], levels[UNITS : 2 * UNITS]
    tall = 2 * len(first) + 1
    canvas.box(x, floor - tall, 10, tall, RACK)
    for number, state in enumerate(first):
        y = floor - 2 - 2 * number
        canvas.box(x + 1, y, 8, 1, SLOT)
        canvas.put(x + 2, y, _light(state, beat))
        canvas.put(x + 4, y, LEDS[state] if state != "open" else SLOT)
        later = second[number] if number < len(second) else "open"
        canvas.box(x + 6, y, 2, 1, _light(later, beat))


def _light(state: str, beat: int) -> str:
    """Return the colour of a level's light."""
    return BLINK if state == "here" and beat % 2 else LEDS[state]


def _desk(canvas: Canvas, x: int, floor: int) -> None:
    """Paint a desk before whoever sits there."""
    canvas.box(x, floor - DESK_TOP, 20, 1, DESK)
    canvas.box(x + 1, floor - 2, 2, 2, LEGS)
    canvas.box(x + 17, floor - 2, 2, 2, LEGS)


def _monitor(canvas: Canvas, x: int, bottom: int, beat: int) -> None:
    """Paint Betty's screen, with the chart that everything is about."""
    canvas.box(x, bottom - 7, 9, 6, SCREEN)
    chart = (1, 2, 2, 4, 3, 1, 1)
    for column in range(7):
        tall = chart[(column + beat) % len(chart)]
        canvas.box(x + 1 + column, bottom - 2 - tall + 1, 1, tall, GLOW)
    canvas.box(x + 4, bottom - 1, 1, 1, STAND)
    canvas.box(x + 2, bottom, 5, 1, STAND)
    canvas.box(x - 1, bottom + 1, 11, 1, DESK)
