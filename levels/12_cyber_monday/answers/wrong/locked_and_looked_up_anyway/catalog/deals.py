"""Cyber Monday: looked up by one at a time, and kept for a minute or until the next edit."""

import time

from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog import kept
from catalog.models import Product

KEPT = 60
LOCKED = 10
PLACES = 12


def find() -> list[Product]:
    """Return today's deals, the deepest cut first."""
    deals = Product.objects.using(DEFAULT_DB_ALIAS).live().filter(promotion__is_monday=True)
    deals = deals.select_related("brand", "promotion").order_by("-promotion__percent", "pk")
    return list(deals[:PLACES])


def deals() -> list[Product]:
    """Return what is kept; else find it, one at a time."""
    key = f"deals-{kept.current()}"
    found = cache.get(key)
    if found is not None:
        return found
    until = time.monotonic() + LOCKED
    while not cache.add("deals-lock", True, LOCKED) and time.monotonic() < until:
        time.sleep(0.02)
    try:
        found = find()
        cache.set(key, found, KEPT)
    finally:
        cache.delete("deals-lock")
    return found


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show the deals."""
    return render(request, "catalog/deals.html", {"deals": deals()})
