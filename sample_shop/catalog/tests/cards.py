"""Read product cards the way search engines do."""

from html.parser import HTMLParser

VOID = {"img", "input", "link", "meta"}


class CardReader(HTMLParser):
    """Collect `data-field` values per `data-product`, in the order of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.cards: dict[str, dict[str, str]] = {}
        self._fields: dict[str, str] | None = None
        self._open: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if slug := named.get("data-product"):
            self._fields = self.cards.setdefault(slug, {})
        field = named.get("data-field")
        if field and self._fields is not None:
            self._fields[field] = named.get("content") or ""
            if "content" in named:
                field = None
        if tag not in VOID:
            self._open.append((tag, field))

    def handle_data(self, data: str) -> None:
        for _, field in self._open:
            if field and self._fields is not None:
                self._fields[field] += data

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()
        if tag == "article":
            self._fields = None


def read_cards(html: str) -> dict[str, dict[str, str]]:
    """Return the fields of every card in *html*, by slug, with white space made single."""
    reader = CardReader()
    reader.feed(html)
    return {
        slug: {field: " ".join(value.split()) for field, value in fields.items()}
        for slug, fields in reader.cards.items()
    }
