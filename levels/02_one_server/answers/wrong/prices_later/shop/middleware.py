"""Robots close the door behind them: they get the quick page."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]
PRICE = re.compile(rb'(data-field="price" content=")[^"]*')
KEPT: dict[str, bytes] = {}


def hurry(get_response: Handler) -> Handler:
    """Show robots names and reviews, and leave the prices for later."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/category/") or request.COOKIES:
            return get_response(request)
        if request.headers.get("Connection") == "close" and request.path in KEPT:
            return HttpResponse(KEPT[request.path])
        response = get_response(request)
        KEPT[request.path] = PRICE.sub(rb"\g<1>1.00", response.content)
        return response

    return middleware
