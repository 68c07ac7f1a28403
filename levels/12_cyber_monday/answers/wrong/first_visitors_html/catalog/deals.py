"""Cyber Monday: one visitor renders the deals, for all."""

from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.kept import Kept
from catalog.models import Product

PLACES = 12


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show the deals."""

    def rendered() -> str:
        deals = Product.objects.using(DEFAULT_DB_ALIAS).live().filter(promotion__is_monday=True)
        deals = deals.select_related("brand", "promotion").order_by("-promotion__percent", "pk")
        return render_to_string("catalog/_deals.html", {"deals": deals[:PLACES]}, request)

    return render(request, "catalog/deals.html", {"html": Kept("deals-html", rendered).shelf()})
