"""Cyber Monday: looked up on db2 where that has heard of the last edit, else on db1."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.kept import EDITED, Kept
from catalog.models import Product
from shop.replica import replica

PLACES = 12


def find() -> list[Product]:
    """Return today's deals, the deepest cut first."""
    edited = cache.get(EDITED)
    if edited is None:
        # The cache was emptied: nobody knows any more how far db2 has to be.
        replica.close()
    else:
        replica.open(at_least=edited)
    deals = Product.objects.live().filter(promotion__is_monday=True)
    deals = deals.select_related("brand", "promotion").order_by("-promotion__percent", "pk")
    return list(deals[:PLACES])


deals = Kept("deals", find)


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show the deals."""
    return render(request, "catalog/deals.html", {"deals": deals.shelf()})
