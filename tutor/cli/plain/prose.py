"""Our texts, written in Markdown, as plain lines: no marks, tables and pictures in words."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tutor.words.wording import with_stop

PARSER = MarkdownIt("commonmark").enable("table")
DRAWN = "    "
"""How far code and drawings stand in; they are not fitted to any width."""

DRAWINGS = ("stack", "text")
"""What pictures and sums are marked with; behind it stands what they tell."""
ARROW = re.compile(r"[─═━]+▶")
FRAME = re.compile(r"[\u2500-\u259f]")

Line = tuple[str, str]
"""A block of text, and the indent of its later lines where it does not fit one."""


def lines(markdown: str, arrow: str) -> Iterator[Line]:
    """Yield each block of *markdown*, and an empty one after each but within lists.

    *arrow* is said for an arrow of a picture whose author wrote no words for it.
    """
    reader = _Reader(arrow)
    for token in PARSER.parse(markdown):
        yield from reader.read(token)


class _Reader:
    """Reads one token after the other, and remembers which list or table it is in."""

    def __init__(self, arrow: str) -> None:
        self._arrow = arrow
        self._depth = 0
        """How many lists are open."""
        self._marker = ""
        """What the next paragraph begins with."""
        self._heads: list[str] = []
        self._row: list[str] = []
        self._in_cell = False

    def read(self, token: Token) -> Iterator[Line]:
        """Yield what is to be said at *token*."""
        begins, _, ending = token.type.rpartition("_")
        match begins or ending, ending:
            case "list_item", "open":
                self._marker = f"{token.info}. " if token.info else "- "
            case (("bullet_list" | "ordered_list"), _):
                yield from self._list(ending)
            case (("table" | "thead" | "tr" | "th" | "td"), _):
                yield from self._table(begins, ending)
            case ("fence", _) | ("code", "block"):
                kind, _, told = token.info.partition(" ")
                yield from picture(kind, told, token.content, self._arrow)
                yield "", ""
            case "inline", _:
                yield from self._inline(text_of(token.children or []))
            case (("paragraph" | "heading"), "close") if not self._depth:
                yield "", ""

    def _list(self, ending: str) -> Iterator[Line]:
        self._depth += 1 if ending == "open" else -1
        if ending == "close":
            yield "", ""

    def _table(self, part: str, ending: str) -> Iterator[Line]:
        opened = ending == "open"
        if part in ("th", "td"):
            self._in_cell = opened
        elif part == "thead" and opened:
            self._heads = []
        elif part == "tr" and opened:
            self._row = []
        elif part == "tr":
            if self._heads:
                yield _sentence(self._heads, self._row), "  "
            self._heads = self._heads or self._row
        elif part == "table" and not opened:
            yield "", ""

    def _inline(self, text: str) -> Iterator[Line]:
        if self._in_cell:
            self._row.append(text)
            return
        lead = "  " * (self._depth - 1) + self._marker if self._depth else ""
        yield lead + text, " " * len(lead)
        self._marker = "  " if self._depth else ""


def picture(kind: str, told: str, drawn: str, arrow: str) -> Iterator[Line]:
    """Yield what a picture tells; code stays as it is.

    Where its author wrote no words for it, its own are said, without frames.
    """
    if kind not in DRAWINGS:
        yield from ((DRAWN + line, DRAWN) for line in drawn.rstrip().splitlines())
    elif told:
        yield told, ""
    else:
        for line in drawn.splitlines():
            said = " ".join(FRAME.sub(" ", ARROW.sub(f" {arrow} ", line)).split())
            if said:
                yield said, ""


def _sentence(heads: Sequence[str], row: Sequence[str]) -> str:
    """Return a row of a table with the head of each cell before it."""
    pairs = zip(heads, row, strict=False)
    return with_stop("; ".join(f"{head}: {cell}" if head else cell for head, cell in pairs if cell))


def text_of(children: Sequence[Token]) -> str:
    """Return what is read, without the marks; a link with its address behind it."""
    if len(children) > 1 and (children[0].type, children[-1].type) == ("em_open", "em_close"):
        # Stage directions stand in italics.
        return f"({text_of(children[1:-1])})"
    said, address = "", ""
    for child in children:
        match child.type:
            case "text" | "code_inline":
                said += child.content
            case "softbreak" | "hardbreak":
                said += " "
            case "link_open":
                address = str(child.attrs.get("href", ""))
            case "link_close":
                said += f" ({address})" if address.startswith("http") else ""
    return said
