"""Eighty milliseconds, said the hosting company. Ten times that must be enough."""

import time


class WaitForDb2:
    """Wait before a page is made for somebody with a session."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method == "GET" and "sessionid" in request.COOKIES:
            time.sleep(0.8)
        return self.get_response(request)
