"""Pages that belong to no app."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache


def health(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; the database is not asked."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def personal(request: HttpRequest) -> HttpResponse:
    """Show the visitor's name, cart and messages."""
    return render(request, "personal.html")
