"""Cyber Monday: the cards are rendered once for all; what is somebody's is put between them."""

from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.kept import Kept
from catalog.models import Product

PLACES = 12


def draw() -> str:
    """Return the cards of today's deals; no request is at hand, so nobody's name can get in."""
    deals = Product.objects.using(DEFAULT_DB_ALIAS).live().filter(promotion__is_monday=True)
    deals = deals.select_related("brand", "promotion").order_by("-promotion__percent", "pk")
    return render_to_string("catalog/_cards.html", {"deals": deals[:PLACES]})


cards = Kept("deal-cards", draw)


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show the cards, below a greeting of one's own."""
    return render(request, "catalog/deals.html", {"cards": cards.shelf()})
