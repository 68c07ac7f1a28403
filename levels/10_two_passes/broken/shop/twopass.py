"""Pages in two passes: rendered once for everybody, then filled in for each visitor.

The first pass leaves holes: what is somebody's own stays template code. The second one takes the
page that was kept for the template that it is.
"""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control

Context = dict[str, Any]
SECONDS = 60


def render_page(
    request: HttpRequest, template: str, context: Callable[[], Context]
) -> HttpResponse:
    """Return the page that *template* makes; *context* is asked only where none is kept."""
    key = f"two-passes.{template}"
    page = cache.get(key)
    if page is None:
        page = render_to_string(template, {**context(), "two_passes": True}, request)
        cache.set(key, page, SECONDS)
    response = HttpResponse(Template(page).render(RequestContext(request)))
    # Now it is somebody's own: no other cache may keep it.
    patch_cache_control(response, private=True)
    return response
