"""Cyber Monday: what is reduced today, read from db2 and kept for a minute."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Product
from catalog.querysets import ProductQuerySet

KEY = "deals"
KEPT = 60
"""Seconds."""
PLACES = 12


def find() -> ProductQuerySet:
    """Return today's deals, the deepest cut first; db2 has nothing better to do."""
    return (
        Product.objects.using("replica")
        .live()
        .filter(promotion__is_monday=True)
        .select_related("brand", "promotion")
        .order_by("-promotion__percent", "pk")[:PLACES]
    )


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show the deals, rendered once a minute."""

    def rendered() -> str:
        return render_to_string("catalog/_deals.html", {"deals": find()}, request)

    return render(request, "catalog/deals.html", {"kept": cache.get_or_set(KEY, rendered, KEPT)})
