"""Pages that belong to no app."""

from catalog.models import Product
from django.http import HttpRequest, HttpResponse


def health(request: HttpRequest) -> HttpResponse:
    """Say that the shop is alive, and how many products are on sale."""
    live = Product.objects.count() - Product.objects.filter(is_live=False).count()
    return HttpResponse(f"{live} products are on sale", content_type="text/plain")
