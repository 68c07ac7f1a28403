"""Colour code by its tokens, with the Pygments that comes with the terminal library."""

from collections import defaultdict
from functools import cache
from pathlib import PurePosixPath
from typing import Any

Spans = dict[int, list[tuple[int, int | None, str]]]
"""By line: first byte, byte after the last, and the name of the style."""

LEXERS = {
    ".py": "python",
    ".html": "html+django",
    ".txt": "django",
    ".toml": "toml",
    ".css": "css",
    ".js": "javascript",
    ".json": "json",
    ".ini": "ini",
}
NAMES = (
    # The braces of a template are what one looks for in it.
    ("Comment.Preproc", "sign"),
    ("Comment", "comment"),
    ("String", "string"),
    ("Number", "number"),
    ("Keyword", "keyword"),
    ("Name.Function", "function"),
    ("Name.Class", "function"),
    ("Name.Decorator", "function"),
    ("Name.Tag", "keyword"),
    ("Name.Attribute", "function"),
    ("Name.Variable", "name"),
    ("Name.Builtin", "name"),
    ("Name.Exception", "name"),
    ("Name.Constant", "name"),
    ("Operator.Word", "keyword"),
)
"""Parts of a token's type, and the style they get; the first that fits counts."""


@cache
def lexer_for(name: str) -> Any:
    """Return the lexer for the file *name*; None where there is none."""
    alias = LEXERS.get(PurePosixPath(name).suffix)
    if alias is None:
        return None
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

    return get_lexer_by_name(alias, stripnl=False, ensurenl=False)


def spans(name: str, text: str) -> Spans:
    """Return where *text*, the content of the file *name*, needs which style."""
    found: Spans = defaultdict(list)
    lexer = lexer_for(name)
    if lexer is None:
        return found
    line = column = 0
    for token, value in lexer.get_tokens(text):
        style = _style_of(str(token))
        for index, part in enumerate(value.split("\n")):
            if index:
                line, column = line + 1, 0
            size = len(part.encode())
            if style and size:
                found[line].append((column, column + size, style))
            column += size
    return found


@cache
def _style_of(token: str) -> str:
    return next((style for part, style in NAMES if part in token), "")
