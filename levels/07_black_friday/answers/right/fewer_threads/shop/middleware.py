"""What happens around every request."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

GetResponse = Callable[[HttpRequest], HttpResponse]

PUBLIC_PAGES = {"catalog:front", "catalog:category", "catalog:search"}
"""The pages worth keeping: no form on them, and a hundred visitors for any other page's one."""

PERSONAL_COOKIES = {settings.SESSION_COOKIE_NAME, "messages"}
"""Whoever brings one of these may see something that is meant for nobody else."""
OUR_COOKIES = PERSONAL_COOKIES | {settings.CSRF_COOKIE_NAME}


class OurCookiesOnly:
    """Drop the cookies nobody here reads: they tell visitors apart whose pages are the same.

    Stands above the cache, which makes its keys of what this leaves.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cookies = [part.strip() for part in request.META.pop("HTTP_COOKIE", "").split(";")]
        ours = sorted(cookie for cookie in cookies if cookie.partition("=")[0] in OUR_COOKIES)
        if ours:
            request.META["HTTP_COOKIE"] = "; ".join(ours)
        return self.get_response(request)


class KeepPublicPagesOnly:
    """Let the cache keep public pages, as strangers see them, and nothing else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        page = request.resolver_match  # None where the page came out of the cache
        if page and not self._is_for_everybody(request, page.view_name):
            patch_cache_control(response, private=True)
        return response

    def _is_for_everybody(self, request: HttpRequest, view: str) -> bool:
        if view == "catalog:picture":
            return True
        return view in PUBLIC_PAGES and not PERSONAL_COOKIES & request.COOKIES.keys()
