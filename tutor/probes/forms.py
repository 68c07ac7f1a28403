"""Read a page's forms as a browser does: which fields it would send, with which values.

Neither html5lib nor lxml is among the requirements, and forms need no tree: the standard
library's tokenizer is enough.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

UNSENT = frozenset(["submit", "button", "image", "reset", "file"])


@dataclass
class Form:
    """One form of a page."""

    action: str = ""
    method: str = "get"
    fields: dict[str, list[str]] = field(default_factory=dict)
    """What would be sent, by name; a name may come several times."""
    names: set[str] = field(default_factory=set)
    """Every field there is, sent or not: a checkbox that is not ticked is not."""
    buttons: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: str | bool) -> None:
        """Fill in *value*; a checkbox is ticked with True and cleared with False."""
        if value is False:
            self.fields.pop(name, None)
        else:
            self.fields[name] = ["on" if value is True else value]


class _Reader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._is_multiple = False
        self._options: list[tuple[str, bool]] = []
        self._text: list[str] | None = None
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self._form)
        if self._form is None:
            return
        name = "" if "disabled" in values else values.get("name", "")
        if tag == "input" and name:
            self._input(self._form, name, values)
        elif tag == "button" and name:
            self._form.buttons[name] = values.get("value", "")
        elif tag == "select":
            self._select, self._is_multiple, self._options = name, "multiple" in values, []
        elif tag == "option" and self._select:
            self._options.append((values.get("value", ""), "selected" in values))
        elif tag == "textarea" and name:
            self._area, self._text = name, []

    def _input(self, form: Form, name: str, values: dict[str, str]) -> None:
        kind = values.get("type", "text").lower()
        if kind in UNSENT:
            form.buttons[name] = values.get("value", "")
            return
        form.names.add(name)
        if kind not in ("checkbox", "radio"):
            form.fields.setdefault(name, []).append(values.get("value", ""))
        elif "checked" in values:
            form.fields.setdefault(name, []).append(values.get("value", "on"))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        form = self._form
        if form is None:
            return
        if tag == "form":
            self._form = None
        elif tag == "select" and self._select:
            form.names.add(self._select)
            chosen = [value for value, is_chosen in self._options if is_chosen]
            if not chosen and not self._is_multiple and self._options:
                chosen = [self._options[0][0]]
            if chosen:
                form.fields[self._select] = chosen
            self._select = ""
        elif tag == "textarea" and self._text is not None:
            form.names.add(self._area)
            # A browser drops the line feed that Django writes right after the tag.
            text = "".join(self._text)
            form.fields.setdefault(self._area, []).append(
                text.removeprefix("\r").removeprefix("\n")
            )
            self._text = None


def forms(html: str) -> list[Form]:
    """Return the forms of a page, in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.forms
