"""Who may come in."""

import threading

from django.db import connection

AT_ONCE = threading.BoundedSemaphore(3)


def door(get_response):
    """Let three at a time into this process; who leaves gives the connection back."""

    def middleware(request):
        with AT_ONCE:
            try:
                return get_response(request)
            finally:
                connection.close()

    return middleware
