"""What happens around every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.cache import FetchFromCacheMiddleware
from django.utils.cache import patch_cache_control

GetResponse = Callable[[HttpRequest], HttpResponse]

PUBLIC_PAGES = {"catalog:front", "catalog:category", "catalog:search"}
"""The pages worth keeping: no form on them, and a hundred visitors for any other page's one."""


class NoCookies:
    """Take the cookies off public pages, so that the cache keeps one copy for all. It flies!"""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        page = request.resolver_match  # None where the page came out of the cache
        if page and page.view_name in PUBLIC_PAGES and not request.user.is_authenticated:
            response.cookies.clear()
            response.headers.pop("Vary", None)
        return response


class SkipTheCacheForUsers(FetchFromCacheMiddleware):
    """Make a fresh page for whoever is logged in."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if request.user.is_authenticated:
            request._cache_update_cache = False
            return None
        return super().process_request(request)


class KeepPublicPagesOnly:
    """Tell the cache to leave cart, checkout, accounts and product pages alone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        page = request.resolver_match
        if page and page.view_name not in PUBLIC_PAGES and "Cache-Control" not in response.headers:
            patch_cache_control(response, private=True)
        return response
