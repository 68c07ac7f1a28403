"""Keep a view for guests."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_page

View = Callable[..., HttpResponse]


def for_guests(view: View) -> View:
    """Guests get the kept page; whoever has a session or a message gets a fresh one."""
    kept = cache_page(60)(view)

    @wraps(view)
    def choose(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "sessionid" in request.COOKIES or "messages" in request.COOKIES:
            return view(request, *args, **kwargs)
        return kept(request, *args, **kwargs)

    return choose
