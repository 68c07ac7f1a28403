"""Read what a page says about each thing it lists, from the markup that search engines read."""

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
BLOCK = frozenset(
    "address article aside blockquote div dl figure footer form h1 h2 h3 h4 h5 h6 header hr main"
    " nav ol p pre section table ul".split()
)
CLOSES: dict[str, frozenset[str]] = {
    "li": frozenset(["li", "p"]),
    "dt": frozenset(["dt", "dd", "p"]),
    "dd": frozenset(["dt", "dd", "p"]),
    "tr": frozenset(["tr", "td", "th", "p"]),
    "td": frozenset(["td", "th", "p"]),
    "th": frozenset(["td", "th", "p"]),
    "option": frozenset(["option"]),
    **dict.fromkeys(BLOCK, frozenset(["p"])),
}
"""Per start tag, the open elements that end with it: HTML lets their end tags be left out."""


class _Reader(HTMLParser):
    """Collects, for each element with *item*, its elements with ``data-field``."""

    def __init__(self, item: str) -> None:
        super().__init__(convert_charrefs=True)
        self.item = item
        self.cards: list[dict[str, str]] = []
        self._tags: list[str] = []
        """The elements that are open, the innermost last."""
        self._card_depth = 0
        self._open: list[tuple[int, str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while self._tags and self._tags[-1] in CLOSES.get(tag, ()):
            self._close()
        values = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._tags.append(tag)
        if self.item in values and not self._card_depth:
            self._card_depth = len(self._tags)
            self.cards.append({"": values[self.item]})
        name = values.get("data-field")
        if name and self._card_depth:
            if "content" in values:
                self.cards[-1][name] = _normal(values["content"])
            elif tag not in VOID:
                self._open.append((len(self._tags), name, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._close()

    def handle_data(self, data: str) -> None:
        for _, _, parts in self._open:
            parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._tags:
            while self._tags[-1] != tag:
                self._close()
            self._close()

    def finished(self) -> list[dict[str, str]]:
        """Return the cards, once what is still open at the page's end is closed."""
        while self._tags:
            self._close()
        return self.cards

    def _close(self) -> None:
        """Close the innermost element."""
        depth = len(self._tags)
        while self._open and self._open[-1][0] >= depth:
            _, name, parts = self._open.pop()
            self.cards[-1][name] = _normal("".join(parts))
        if self._card_depth == depth:
            self._card_depth = 0
        self._tags.pop()


def cards(html: str, item: str = "data-product") -> list[dict[str, str]]:
    """Return the fields of each element that carries the attribute *item*, in page order.

    The value of *item* itself is under the empty name. A field's value is its ``content`` attribute
    where it has one, else its text with single spaces.
    """
    reader = _Reader(item)
    reader.feed(html)
    reader.close()
    return reader.finished()


def _normal(text: str) -> str:
    return " ".join(text.split())


def differences(
    expected: dict[str, str], shown: dict[str, str]
) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield the field, the expected and the shown value wherever the two differ."""
    for name in expected.keys() | shown.keys():
        if expected.get(name) != shown.get(name):
            yield name, expected.get(name), shown.get(name)
