"""Emphasis and code of our prose, as styles; the prose itself is the curriculum's."""

import re

from textual.content import Content

from tutor.curriculum.story import Diagram, Paragraph, Scene, read_story

INLINE = re.compile(r"(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`)")
CODE = re.compile(r"(`[^`\n]+`)")

__all__ = ["Diagram", "Paragraph", "Scene", "code", "inline", "read_story"]


def inline(text: str) -> Content:
    """Return *text* with its emphasis and code as styles."""
    pieces: list[str | tuple[str, str]] = []
    for piece in INLINE.split(text):
        if piece.startswith("**") and piece.endswith("**") and len(piece) > 4:
            pieces.append((piece[2:-2], "bold"))
        elif piece.startswith("*") and piece.endswith("*") and len(piece) > 2:
            pieces.append((piece[1:-1], "italic $text-muted"))
        elif piece.startswith("`") and piece.endswith("`") and len(piece) > 2:
            pieces.append((piece[1:-1], "$text-accent"))
        elif piece:
            pieces.append(piece)
    return Content.assemble(*pieces)


def code(text: str) -> Content:
    """Return *text* with its code as a style, and every other character as it is.

    For sentences that quote SQL or a learner's line, where a ``*`` means itself.
    """
    pieces = CODE.split(text)
    return Content.assemble(
        *((piece[1:-1], "$text-accent") if at % 2 else piece for at, piece in enumerate(pieces))
    )
