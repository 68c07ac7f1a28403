"""Words of others, before they are shown or sent: no control characters, and an end."""

import unicodedata
from typing import Any

from tutor.base.text import cut

UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Kinds of characters that steer a terminal, turn the text around, or show nothing at all."""


def clean(text: Any, most: int) -> str:
    """Return *text* on one line of *most* characters, without what nobody can see.

    What is no text becomes an empty one.
    """
    if not isinstance(text, str):
        return ""
    seen = "".join(" " if unicodedata.category(c) in UNSEEN else c for c in text[: most * 4])
    return cut(" ".join(seen.split()), most)


def is_whole(number: Any) -> bool:
    """Return whether *number* is a whole one from 0 on."""
    return isinstance(number, int) and not isinstance(number, bool) and number >= 0
