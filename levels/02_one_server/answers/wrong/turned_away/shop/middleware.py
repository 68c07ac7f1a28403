"""Answer no more than we can."""

import threading
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]
MOST = 2


def not_too_many(get_response: Handler) -> Handler:
    """Send everybody away who comes while others are served."""
    places = threading.Semaphore(MOST)

    def middleware(request: HttpRequest) -> HttpResponse:
        if not places.acquire(blocking=False):
            return HttpResponse("Please come back later.", status=503)
        try:
            return get_response(request)
        finally:
            places.release()

    return middleware
