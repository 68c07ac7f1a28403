"""The pages for who may not come in, or asks for what is not there."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from tutor.room.pages.visit import language_of
from tutor.words.texts import Texts


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was not ours."""
    return _page(request, 403, "forged")


def _page(request: HttpRequest, status: int, why: str) -> HttpResponse:
    texts = Texts(language_of(request, None))
    context = {"texts": texts, "language": texts.language, "why": f"board.refused.{why}"}
    return HttpResponse(render_to_string("room/refused.html", context, request), status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that is none of ours."""
    return _page(request, 404, "no_page")
