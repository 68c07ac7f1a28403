"""Pages that belong to no app."""

from functools import cache

from catalog.models import Product
from django.http import HttpRequest, HttpResponse


@cache
def live() -> int:
    """Return how many products are on sale."""
    return Product.objects.filter(is_live=True).count()


def health(request: HttpRequest) -> HttpResponse:
    """Say that the shop is alive, and how many products are on sale."""
    return HttpResponse(f"{live()} products are on sale", content_type="text/plain")
