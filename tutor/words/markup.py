"""Elements of HTML and SVG that escape whatever they are given.

Not Django's templates: the tutor and the shop never import each other, and Django belongs to the
shop. Not Jinja2 either: it comes with another package and could leave with it. What a page of ours
needs is that nothing can be forgotten: text is escaped unless an element made it.
"""

from collections.abc import Iterable
from html import escape
from typing import Union

VOID = {"meta", "link", "br", "line", "rect", "circle", "path", "polyline"}
"""Elements without content; those of SVG are closed in themselves."""


class Markup(str):
    """HTML that an element made: it is not escaped again."""

    __slots__ = ()


Child = Union[str, None, Iterable["Child"]]  # noqa: UP007 - a name of itself inside
Value = str | float | bool | None


def tag(name: str, /, *children: Child, **attributes: Value) -> Markup:
    """Return the element *name*; ``class_`` is ``class``, and ``stroke_width`` ``stroke-width``."""
    opened = f"<{name}{''.join(_attribute(*pair) for pair in attributes.items())}"
    if name in VOID:
        return Markup(f"{opened}/>")
    return Markup(f"{opened}>{join(children)}</{name}>")


def join(children: Child) -> Markup:
    """Return *children* one after the other; what no element made is escaped."""
    if children is None:
        return Markup()
    if isinstance(children, Markup):
        return children
    if isinstance(children, str):
        return Markup(escape(children))
    return Markup("".join(join(child) for child in children))


def _attribute(name: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    key = name.rstrip("_").replace("_", "-")
    if value is True:
        return f" {key}"
    said = f"{value:g}" if isinstance(value, float) else str(value)
    return f' {key}="{escape(said)}"'
