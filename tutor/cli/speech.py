"""Sentences on the terminal: no word of theirs is broken at its edge."""

import os
import sys
import textwrap
from typing import Any, TextIO

import click

USUAL = 80
"""Columns of a terminal that does not say how many it has."""


def say(text: str = "", *, err: bool = False, indent: str = "", **style: Any) -> None:
    """Print a text of ours; whoever reads it from a pipe gets its lines as they are."""
    width = columns(sys.stderr if err else sys.stdout)
    for line in fitted(text, width, indent) if width else [text]:
        click.secho(line, err=err, **style)


def fitted(text: str, width: int, indent: str = "") -> list[str]:
    """Return *text* in lines of *width* columns at most, the later ones of each indented.

    Only a word that is longer itself stays longer: a path, or an address.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        lines += [line] if len(line) <= width else _wrapped(line, width, indent)
    return lines


def _wrapped(line: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def columns(stream: TextIO) -> int:
    """Return how wide the terminal is that *stream* writes to; 0 where it writes to none."""
    if not stream.isatty():
        return 0
    if (told := os.environ.get("COLUMNS", "")).isdecimal():
        return int(told)
    try:
        return os.get_terminal_size(stream.fileno()).columns or USUAL
    except (OSError, ValueError):
        return USUAL


def paints() -> bool:
    """Return whether what stands on the terminal may be drawn over, again and again.

    Not where somebody listens to it: without colours, and where there is no screen to draw on.
    """
    is_screen = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    return is_screen and not os.environ.get("NO_COLOR")
