"""Read what a page says about each thing it lists, from the markup that search engines read."""

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)


class _Reader(HTMLParser):
    """Collects, for each element with *item*, its elements with ``data-field``."""

    def __init__(self, item: str) -> None:
        super().__init__(convert_charrefs=True)
        self.item = item
        self.cards: list[dict[str, str]] = []
        self._depth = 0
        self._card_depth = 0
        self._open: list[tuple[int, str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._depth += 1
        if self.item in values and not self._card_depth:
            self._card_depth = self._depth
            self.cards.append({"": values[self.item]})
        name = values.get("data-field")
        if name and self._card_depth:
            if "content" in values:
                self.cards[-1][name] = _normal(values["content"])
            elif tag not in VOID:
                self._open.append((self._depth, name, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        for _, _, parts in self._open:
            parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while self._open and self._open[-1][0] >= self._depth:
            _, name, parts = self._open.pop()
            self.cards[-1][name] = _normal("".join(parts))
        if self._card_depth == self._depth:
            self._card_depth = 0
        self._depth = max(0, self._depth - 1)


def cards(html: str, item: str = "data-product") -> list[dict[str, str]]:
    """Return the fields of each element that carries the attribute *item*, in page order.

    The value of *item* itself is under the empty name. A field's value is its ``content`` attribute
    where it has one, else its text with single spaces.
    """
    reader = _Reader(item)
    reader.feed(html)
    reader.close()
    return reader.cards


def _normal(text: str) -> str:
    return " ".join(text.split())


def differences(
    expected: dict[str, str], shown: dict[str, str]
) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield the field, the expected and the shown value wherever the two differ."""
    for name in expected.keys() | shown.keys():
        if expected.get(name) != shown.get(name):
            yield name, expected.get(name), shown.get(name)
