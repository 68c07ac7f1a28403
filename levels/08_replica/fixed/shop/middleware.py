"""What happens around every request."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from shop.replica import FAILURES, replica

GetResponse = Callable[[HttpRequest], HttpResponse]

PUBLIC_PAGES = {"catalog:front", "catalog:category", "catalog:search"}
"""The pages worth keeping: no form on them, and a hundred visitors for any other page's one."""

WROTE = "wrote"
"""The cookie of whoever wrote something: how far db1 was when she had."""
REMEMBERED = 10 * 60
"""Seconds; db2 is seldom a second behind, and one that is minutes behind is not read at all."""
READING = {"GET", "HEAD"}

PERSONAL_COOKIES = {settings.SESSION_COOKIE_NAME, "messages", WROTE}
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


class CatalogueFromDb2:
    """Read the pages of the catalogue from db2, unless their visitor wrote what is not there yet.

    Everything else is read from db1: carts, orders, accounts, the admin, whatever answers a form,
    and all that Celery does, for which no middleware ever opens db2.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        replica.close()  # this thread may have served somebody else before
        try:
            response = self.get_response(request)
        finally:
            replica.close()
        if request.method not in READING:
            response.set_cookie(
                WROTE, str(replica.written()), max_age=REMEMBERED, httponly=True, samesite="Lax"
            )
        return response

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """Open db2 for a page of the catalogue, if it has what this visitor wrote."""
        page = request.resolver_match
        if request.method in READING and page and page.app_name == "catalog":
            wrote = request.COOKIES.get(WROTE, "")
            replica.open(at_least=int(wrote) if wrote.isdecimal() else 0)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Render a page over which db2 died once more, from db1."""
        page = request.resolver_match
        if page is None or not (replica.is_open and isinstance(error, FAILURES)):
            return None
        replica.fail()
        return page.func(request, *page.args, **page.kwargs)
