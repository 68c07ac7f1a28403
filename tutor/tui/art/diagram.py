"""The picture of the stack, with its lines, arrows and newcomers told apart."""

import re

from textual.content import Content

PIECES = re.compile(r"([─│╭╮╰╯├┤┬┴┼┄┆]+|[═━▶▼▲◀╪▷]+|[^\W_][\w.%×-]*)")
LINES = set("─│╭╮╰╯├┤┬┴┼┄┆")
ARROWS = set("═━▶▼▲◀╪▷")


def diagram(text: str, before: str = "") -> Content:
    """Return *text* in styles; words that *before* does not have stand out."""
    known = set(PIECES.findall(before)) if before else None
    parts: list[str | tuple[str, str]] = []
    for piece in PIECES.split(text):
        if not piece:
            continue
        if piece[0] in ARROWS:
            parts.append((piece, "$text-accent"))
        elif piece[0] in LINES:
            parts.append((piece, "$text-muted"))
        elif known is not None and piece.strip() and piece not in known:
            parts.append((piece, "bold $text-accent"))
        else:
            parts.append((piece, "$foreground"))
    return Content.assemble(*parts)


def wiped(content: Content, columns: int) -> Content:
    """Return the left *columns* of a picture; the rest is still to come."""
    lines = content.split("\n", allow_blank=True)
    return Content("\n").join([line[:columns] for line in lines])
