"""Pages in two passes: rendered once for everybody, then filled in for each visitor."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.utils.safestring import mark_safe

from catalog.context_processors import categories

Context = dict[str, Any]
SECONDS = 60
HOLES = {
    "personal": "shop/_personal.html",
    "messages": "shop/_messages.html",
    "buy": "shop/_buy.html",
}


def render_page(
    request: HttpRequest, template: str, context: Callable[[], Context]
) -> HttpResponse:
    """Return the page that *template* makes; *context* is asked only where none is kept."""
    key = "two-passes." + sha256(request.get_full_path().encode()).hexdigest()
    page = cache.get(key)
    if page is None:
        marks = {name: mark_safe(f"{{{name}}}") for name in HOLES}  # noqa: S308 - ours
        page = render_to_string(template, {**categories(request), **context(), "holes": marks})
        cache.set(key, page, SECONDS)
    filled = {name: render_to_string(hole, request=request) for name, hole in HOLES.items()}
    page = page.format(**filled)
    response = HttpResponse(page)
    patch_cache_control(response, private=True)
    return response
