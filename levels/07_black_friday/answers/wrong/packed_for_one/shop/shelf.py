"""One copy of each public page for everybody we do not know."""

from collections.abc import Callable
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from shop.middleware import PUBLIC_PAGES

OURS = (settings.SESSION_COOKIE_NAME, "messages")
"""The cookies that make a page somebody's own."""
SECONDS = 60


class StrangersShelf:
    """Hand strangers the copy; make the page anew for whoever carries a cookie of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or any(name in request.COOKIES for name in OURS):
            return self.get_response(request)
        key = "shelf." + sha256(request.get_full_path().encode()).hexdigest()
        kept = cache.get(key)
        if kept is not None:
            return kept
        response = self.get_response(request)
        page = request.resolver_match
        if (
            response.status_code == 200
            and page is not None
            and page.view_name in PUBLIC_PAGES
            and not response.cookies
        ):
            cache.set(key, response, SECONDS)
        return response
