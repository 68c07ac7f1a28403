"""A live page around shelves that are kept."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

Context = dict[str, Any]


def render_page(
    request: HttpRequest, template: str, context: Callable[[], Context]
) -> HttpResponse:
    """Return the page that *template* makes; its products are asked for where none are kept."""
    response = render(request, template, context())
    patch_cache_control(response, private=True)
    return response
