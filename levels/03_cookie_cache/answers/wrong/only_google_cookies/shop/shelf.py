"""Take off the cookies that are only for Google."""

from collections.abc import Callable
from http.cookies import SimpleCookie

from django.http import HttpRequest, HttpResponse

GOOGLE = ("_ga", "_gid")


class WithoutGoogle:
    """Forget two cookies before anybody looks at them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cookies = SimpleCookie(request.META.get("HTTP_COOKIE", ""))
        for name in GOOGLE:
            cookies.pop(name, None)
        request.META["HTTP_COOKIE"] = "; ".join(
            f"{name}={morsel.coded_value}" for name, morsel in cookies.items()
        )
        return self.get_response(request)
