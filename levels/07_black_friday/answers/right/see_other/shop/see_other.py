"""After a form, somebody is sent to see another page: for that HTTP has a status of its own."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse


class SeeOther:
    """Answers a form that was taken with 303 instead of 302."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer *request*."""
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            response.status_code = HTTPStatus.SEE_OTHER
        return response
