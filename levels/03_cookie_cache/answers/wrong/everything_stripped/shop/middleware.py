"""What happens around every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control

GetResponse = Callable[[HttpRequest], HttpResponse]

PUBLIC_PAGES = {"catalog:front", "catalog:category", "catalog:search", "catalog:product"}
"""The pages worth keeping: no form on them, and a hundred visitors for any other page's one."""


class LastSeen:
    """Remember when each visitor was last here. Marissa wants a report about it, one day."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.session["last_seen"] = timezone.now().isoformat(timespec="seconds")
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


class NoCookies:
    """Public pages need no cookies."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        page = request.resolver_match
        if page and page.view_name in PUBLIC_PAGES:
            response.cookies.clear()
            if "Vary" in response.headers:
                del response.headers["Vary"]
        return response
