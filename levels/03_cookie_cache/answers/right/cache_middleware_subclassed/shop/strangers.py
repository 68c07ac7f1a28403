"""Django's own page cache, for strangers only."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.cache import FetchFromCacheMiddleware, UpdateCacheMiddleware
from django.utils.cache import patch_vary_headers

OURS = {settings.SESSION_COOKIE_NAME, "messages"}


class FetchForStrangers(FetchFromCacheMiddleware):
    """Do not even look for a page when the visitor carries a cookie of ours."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if OURS & request.COOKIES.keys():
            request._cache_update_cache = False
            return None
        return super().process_request(request)


class UpdateForStrangers(UpdateCacheMiddleware):
    """Keep what a stranger was shown, whatever other cookies came along."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.cookies or not self._should_update_cache(request, response):
            return response
        if request.method != "GET":
            return response
        del response.headers["Vary"]
        response = super().process_response(request, response)
        patch_vary_headers(response, ["Cookie"])
        return response
