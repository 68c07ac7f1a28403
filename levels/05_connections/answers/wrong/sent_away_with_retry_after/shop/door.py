"""Who may come in."""

import threading

from django.http import HttpResponse

AT_ONCE = threading.BoundedSemaphore(3)


def door(get_response):
    """Let three at a time into this process."""

    def middleware(request):
        if not AT_ONCE.acquire(blocking=False):
            return HttpResponse("Full.", status=503, headers={"Retry-After": "1"})
        try:
            return get_response(request)
        finally:
            AT_ONCE.release()

    return middleware
