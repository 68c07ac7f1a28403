"""What happens around every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class KnownCookiesOnly:
    """Let the cache see the cookies that mean something here, in one order."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kept = []
        for cookie in request.META.get("HTTP_COOKIE", "").split(";"):
            name, _, value = cookie.strip().partition("=")
            if name in ("csrftoken", "messages", "sessionid"):
                kept.append(f"{name}={value}")
        request.META["HTTP_COOKIE"] = "; ".join(sorted(kept))
        return self.get_response(request)


class KeepEveryPage:
    """Answers that set a cookie are never kept: set no token that the visitor has."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "GET" and "csrftoken" in request.COOKIES:
            response.cookies.pop("csrftoken", None)
        return response
