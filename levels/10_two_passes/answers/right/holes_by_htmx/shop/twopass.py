"""Pages in two passes: rendered once for everybody, then filled in for each visitor."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control

from catalog.context_processors import categories

Context = dict[str, Any]
SECONDS = 60


def render_page(
    request: HttpRequest, template: str, context: Callable[[], Context]
) -> HttpResponse:
    """Return the page that *template* makes; *context* is asked only where none is kept."""
    key = "two-passes." + sha256(request.get_full_path().encode()).hexdigest()
    page = cache.get(key)
    if page is None:
        page = render_to_string(template, {**categories(request), **context(), "holes": True})
        cache.set(key, page, SECONDS)
    response = HttpResponse(page)
    patch_cache_control(response, private=True)
    return response
