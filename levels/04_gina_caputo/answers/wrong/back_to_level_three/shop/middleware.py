"""What happens around every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

GetResponse = Callable[[HttpRequest], HttpResponse]

PUBLIC_PAGES = {"catalog:front", "catalog:category", "catalog:search"}
"""The pages worth keeping: no form on them, and a hundred visitors for any other page's one."""


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
