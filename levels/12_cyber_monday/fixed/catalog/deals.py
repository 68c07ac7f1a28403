"""Cyber Monday: what is reduced today, found once a minute and after each edit, for everybody."""

from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.kept import Kept
from catalog.models import Product

PLACES = 12


def find() -> list[Product]:
    """Return today's deals, the deepest cut first.

    On db1: what is kept for all is asked for once, and db2 may not have heard of the last edit.
    """
    deals = Product.objects.using(DEFAULT_DB_ALIAS).live().filter(promotion__is_monday=True)
    deals = deals.select_related("brand", "promotion").order_by("-promotion__percent", "pk")
    return list(deals[:PLACES])


deals = Kept("deals", find)


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show the deals; only they are kept, the page around them is its visitor's."""
    return render(request, "catalog/deals.html", {"deals": deals.shelf()})
