"""Pages that belong to no app."""

from django.http import HttpRequest, HttpResponse


def health(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; the database is not asked."""
    return HttpResponse("ok", content_type="text/plain")
