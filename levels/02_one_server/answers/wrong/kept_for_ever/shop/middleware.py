"""Keep a page for a moment: most visitors want what somebody else just got."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]
SECONDS = 3600
KEPT: dict[str, tuple[float, bytes]] = {}


def keep_categories(get_response: Handler) -> Handler:
    """Answer for categories from memory where the page is young enough."""

    def middleware(request: HttpRequest) -> HttpResponse:
        path = request.path
        if not path.startswith("/category/") or request.method != "GET" or request.COOKIES:
            return get_response(request)
        kept_at, body = KEPT.get(path, (float("-inf"), b""))
        if time.monotonic() - kept_at < SECONDS:
            return HttpResponse(body)
        response = get_response(request)
        if response.status_code == 200:
            KEPT[path] = (time.monotonic(), response.content)
        return response

    return middleware
