"""A page cache for visitors we know nothing about."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.cache import FetchFromCacheMiddleware, UpdateCacheMiddleware

PERSONAL = {settings.SESSION_COOKIE_NAME, "messages"}


def is_stranger(request: HttpRequest) -> bool:
    """Return whether nothing on a public page depends on who asks."""
    return not PERSONAL & request.COOKIES.keys()


class _NoCookies:
    """Hide the cookies while a key is made."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __enter__(self) -> None:
        self.cookies = self.request.META.pop("HTTP_COOKIE", None)

    def __exit__(self, *error: object) -> None:
        if self.cookies is not None:
            self.request.META["HTTP_COOKIE"] = self.cookies


class UpdateForStrangers(UpdateCacheMiddleware):
    """Keep what a stranger was shown."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not is_stranger(request):
            return response
        with _NoCookies(request):
            return super().process_response(request, response)


class FetchForStrangers(FetchFromCacheMiddleware):
    """Show strangers what another one was shown."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if not is_stranger(request):
            return None
        with _NoCookies(request):
            return super().process_request(request)
