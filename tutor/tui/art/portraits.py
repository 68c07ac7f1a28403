"""The people of the story; ``portraits.toml`` has them, pixel by pixel."""

from functools import cache
from pathlib import Path
from typing import Any

from textual.content import Content

from tutor.toml import read_toml
from tutor.tui.art.pixels import Canvas

SIZE = 16
"""Pixels of a portrait, across and down: 16 columns and 8 lines."""
NARRATOR = "ficus"
"""Who is seen while the story itself speaks: it was there all the time."""
STRANGER = "stranger"
"""Who is seen where somebody without a portrait speaks."""


@cache
def portraits() -> dict[str, Canvas]:
    """Return every portrait by its own name."""
    data = _data()
    return {
        name: Canvas.of(one["pixels"].split(), data["palette"])
        for name, one in data["portraits"].items()
    }


@cache
def _names() -> dict[str, str]:
    return {
        said: name for name, one in _data()["portraits"].items() for said in one.get("names", [])
    }


@cache
def _data() -> dict[str, Any]:
    return read_toml(Path(__file__).with_name("portraits.toml"))


@cache
def portrait(speaker: str) -> Content:
    """Return the portrait of *speaker* as the story names them; empty for the narrator."""
    name = _names().get(speaker, STRANGER) if speaker else NARRATOR
    return portraits()[name].drawn()


def has_portrait(speaker: str) -> bool:
    """Return whether somebody drew *speaker*."""
    return speaker in _names()
