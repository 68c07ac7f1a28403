"""Pages in two passes: rendered once for everybody, then filled in for each visitor.

The first pass knows no visitor. Where something is somebody's own it leaves a mark, and the page
is kept as the pieces between the marks. The second pass renders the holes, from templates of ours,
and puts them between the pieces: what is kept is text, and nobody reads it as anything else.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from secrets import token_hex
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
    pieces = cache.get(key)
    if pieces is None:
        pieces = _first_pass(template, {**categories(request), **context()})
        cache.set(key, pieces, SECONDS)
    response = HttpResponse("".join(_second_pass(pieces, request)))
    # Now it is somebody's own: no other cache may keep it.
    patch_cache_control(response, private=True)
    return response


def _first_pass(template: str, context: Context) -> list[str]:
    """Return the page in pieces: text, the name of a hole, text, and so on."""
    mark = token_hex(16)
    holes = {name: mark_safe(f"{mark}{name}{mark}") for name in HOLES}  # noqa: S308 - ours
    return render_to_string(template, {**context, "holes": holes}).split(mark)


def _second_pass(pieces: list[str], request: HttpRequest) -> Iterator[str]:
    for place, piece in enumerate(pieces):
        yield render_to_string(HOLES[piece], request=request) if place % 2 else piece
