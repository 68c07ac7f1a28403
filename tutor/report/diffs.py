"""A unified diff as HTML: each line says by its sign, and by its colour, what became of it."""

from tutor.words.markup import Markup, join, tag
from tutor.words.texts import Texts

MOST_LINES = 400
"""Lines of one diff that a report shows; the journal has the rest."""
KINDS = (("+++", "file"), ("---", "file"), ("@@", "place"), ("+", "added"), ("-", "removed"))


def diff_block(diff: str, texts: Texts) -> Markup:
    """Return *diff* as a block of lines."""
    lines = diff.splitlines()
    shown = [tag("span", line, class_=_kind(line)) for line in lines[:MOST_LINES]]
    left_out = len(lines) - MOST_LINES
    more = tag("p", texts("report.diff_cut", lines=left_out)) if left_out > 0 else None
    return join([tag("pre", tag("code", shown), class_="diff", tabindex="0"), more])


def size(diff: str) -> str:
    """Return how many lines came and went, for example ``+12 −3``."""
    kinds = [_kind(line) for line in diff.splitlines()]
    return f"+{kinds.count('added')} −{kinds.count('removed')}"


def _kind(line: str) -> str | None:
    return next((kind for sign, kind in KINDS if line.startswith(sign)), None)
