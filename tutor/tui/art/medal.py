"""Medals: a ribbon, a disc, a star."""

from textual.content import Content

from tutor.tui.art.pixels import Canvas

COLOURS = {
    "gold": ("#ffd166", "#f2b134", "#a8741a"),
    "silver": ("#e6e9f0", "#b9c0cf", "#6f788c"),
    "bronze": ("#eeb38a", "#c8814f", "#7d4a28"),
}
"""By medal: where the light falls, the metal, and its edge."""
RIBBON, FOLD = "#4c7bd9", "#2f55a5"
PIXELS = (
    "....RRRR....FFFF....",
    "....RRRRR..FFFFF....",
    ".....RRRR..FFFF.....",
    "......RRRRFFFF......",
    ".......RRRFFF.......",
    "......eeeeeeee......",
    "....eemmmmmmmmee....",
    "...emllmmmmmmmmme...",
    "...emlmmmeemmmmme...",
    "..emlmmmeLLemmmmme..",
    "..emmeeeeLLeeeemme..",
    "..emmmeLLLLLLemmme..",
    "..emmmmeLLLLemmmme..",
    "...emmeLLeeLLemme...",
    "...emmeeemmeeemme...",
    "....eemmmmmmmmee....",
    "......eeeeeeee......",
    "....................",
)


def medal(name: str, shown: float = 1.0) -> Content:
    """Return the medal *name*; of one that is still coming, the upper part."""
    light, metal, edge = COLOURS[name]
    palette = {"R": RIBBON, "F": FOLD, "e": edge, "m": metal, "l": light, "L": light}
    rows = [
        row if at < len(PIXELS) * min(1.0, shown * 1.5) else "." * len(row)
        for at, row in enumerate(PIXELS)
    ]
    return Canvas.of(rows, palette).drawn()
