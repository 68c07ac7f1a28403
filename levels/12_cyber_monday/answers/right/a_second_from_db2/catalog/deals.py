"""Cyber Monday: what is reduced today, found by one, and good for a second."""

import time

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Product

KEPT = 1
LOCKED = 10
LOOK = 0.02
PLACES = 12


def find() -> list[Product]:
    """Return today's deals, the deepest cut first."""
    deals = Product.objects.live().filter(promotion__is_monday=True)
    deals = deals.select_related("brand", "promotion").order_by("-promotion__percent", "pk")
    return list(deals[:PLACES])


def deals() -> list[Product]:
    """Return what was found within the last second; one finds it anew."""
    until = time.monotonic() + LOCKED
    while time.monotonic() < until:
        found = cache.get("deals")
        if found is not None:
            return found
        if cache.add("deals-lock", True, LOCKED):
            return renewed()
        if not cache.get("deals-lock") and cache.get("deals") is None:
            break
        time.sleep(LOOK)
    return find()


def renewed() -> list[Product]:
    """Find the deals, unless somebody just did, and keep them for everybody."""
    try:
        found = cache.get("deals")
        if found is None:
            found = find()
            cache.set("deals", found, KEPT)
        return found
    finally:
        cache.delete("deals-lock")


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show the deals."""
    return render(request, "catalog/deals.html", {"deals": deals()})
