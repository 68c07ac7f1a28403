"""The parts of a page that are the same for everybody, kept as HTML."""

from collections.abc import Callable
from hashlib import sha256

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

SECONDS = 60


def part(template: str, about: str, context: Callable[[], dict[str, object]]) -> SafeString:
    """Return *template* as rendered within the last minute for *about*; *context* is lazy."""
    key = "part." + sha256(f"{template} {about}".encode()).hexdigest()
    html = cache.get(key)
    if html is None:
        html = str(render_to_string(template, context()))
        cache.set(key, html, SECONDS)
    return mark_safe(html)
