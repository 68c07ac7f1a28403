"""What happens around every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

GetResponse = Callable[[HttpRequest], HttpResponse]

PUBLIC_PAGES = {"catalog:front", "catalog:category", "catalog:search"}
"""The pages worth keeping: no form on them, and a hundred visitors for any other page's one."""


class NoCookies:
    """Cookies keep the cache from hitting: away with them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)


class KeepPublicPagesOnly:
    """Tell the cache to leave cart, checkout, accounts and product pages alone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        page = request.resolver_match  # None where the page came out of the cache
        if page and page.view_name not in PUBLIC_PAGES and "Cache-Control" not in response.headers:
            patch_cache_control(response, private=True)
        return response
