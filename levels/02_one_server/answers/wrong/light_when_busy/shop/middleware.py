"""Answer no more than we can."""

import threading
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]
MOST = 2


def not_too_many(get_response: Handler) -> Handler:
    """Answer with a friendly sentence while others are served."""
    places = threading.Semaphore(MOST)

    def middleware(request: HttpRequest) -> HttpResponse:
        if not places.acquire(blocking=False):
            return HttpResponse("<html><p>So many of you! Breathe in, reload.</p></html>")
        try:
            return get_response(request)
        finally:
            places.release()

    return middleware
