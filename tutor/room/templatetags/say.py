"""``{% say "board.key" count=3 %}``: a sentence of the catalogue, escaped like any value."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: template.Context, key: str, **values: Any) -> str:
    """Return the sentence *key* in the language of the page; of one thing, its ``_one``."""
    texts = context["texts"]
    if values.get("count") == 1 and texts.has(f"{key}_one"):
        key = f"{key}_one"
    said: str = texts(key, **values)
    return said
