"""Our texts, written in Markdown, as plain lines: no marks, tables as sentences."""

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

READER = MarkdownIt("commonmark").enable("table")


def lines(markdown: str) -> Iterator[tuple[str, str]]:
    """Yield each block of *markdown* and the indent of its later lines; an empty one in between."""
    tokens = READER.parse(markdown)
    depth, marker, row, heads = 0, "", [], []  # type: int, str, list[str], list[str]
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
                yield "", ""
            case "list_item_open":
                marker = f"{token.info}. " if token.info else "- "
            case "thead_open":
                heads = []
            case "tr_open":
                row = []
            case "tr_close":
                if heads:
                    yield _sentence(heads, row), "  "
                heads = heads or row
            case "table_close":
                yield "", ""
            case "fence" | "code_block":
                yield from ((f"    {line}", "    ") for line in token.content.rstrip().splitlines())
                yield "", ""
            case "inline":
                text = _text(token.children or [])
                if token.level and _in_cell(token, tokens):
                    row.append(text)
                else:
                    lead = "  " * (depth - 1) + marker if depth else ""
                    yield f"{lead}{text}", " " * len(lead)
                    marker = "  " if depth else ""
            case "paragraph_close" | "heading_close" if not depth:
                yield "", ""


def _in_cell(token: Token, tokens: Sequence[Token]) -> bool:
    before = tokens[tokens.index(token) - 1].type
    return before in ("td_open", "th_open")


def _sentence(heads: Sequence[str], row: Sequence[str]) -> str:
    """Return a row of a table with the head of each cell before it."""
    named = [
        f"{head} {cell}".strip() for head, cell in zip(heads[1:], row[1:], strict=False) if cell
    ]
    return f"{heads[0]} {row[0]}".strip() + (f": {', '.join(named)}" if named else "")


def _text(children: Sequence[Token]) -> str:
    """Return what is read, without the marks; a link with its address behind it."""
    said, address = "", ""
    if children and children[0].type == "em_open" and children[-1].type == "em_close":
        # Stage directions stand in italics.
        return f"({_text(children[1:-1])})"
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
