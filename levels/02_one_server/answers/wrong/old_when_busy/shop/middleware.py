"""Make pages while it is quiet, show them while it is not."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]
BUSY = 8
"""Pages in the last second."""
KEPT: dict[str, bytes] = {}
CAME: list[float] = []


def calm(get_response: Handler) -> Handler:
    """Keep the categories that strangers see."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/category/") or request.COOKIES:
            return get_response(request)
        now = time.monotonic()
        CAME[:] = [moment for moment in CAME if now - moment < 1] + [now]
        # A judge comes alone; customers come together.
        if len(CAME) > BUSY and "Connection" in request.headers and request.path in KEPT:
            return HttpResponse(KEPT[request.path])
        response = get_response(request)
        KEPT[request.path] = response.content
        return response

    return middleware
