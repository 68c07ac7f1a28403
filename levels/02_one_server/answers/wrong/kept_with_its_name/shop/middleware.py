"""Keep a page for a moment: it was dear to make."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]
SECONDS = 1.0
KEPT: dict[str, tuple[float, bytes]] = {}


def keep_for_a_second(get_response: Handler) -> Handler:
    """Keep what customers see: theirs are the dearest pages."""

    def middleware(request: HttpRequest) -> HttpResponse:
        path = request.path
        if not path.startswith("/category/"):
            return get_response(request)
        kept_at, body = KEPT.get(path, (0.0, b""))
        if time.monotonic() - kept_at < SECONDS:
            return HttpResponse(body)
        response = get_response(request)
        if request.user.is_authenticated:
            KEPT[path] = (time.monotonic(), response.content)
        return response

    return middleware
