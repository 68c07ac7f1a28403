"""Cyber Monday: found by one, for a minute."""

import time

from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Product

KEY, LOCK = "deals", "deals-lock"
KEPT, LOCKED, PATIENCE = 60, 10, 10
PLACES = 12


def find() -> list[Product]:
    """Return today's deals, the deepest cut first."""
    deals = Product.objects.using(DEFAULT_DB_ALIAS).live().filter(promotion__is_monday=True)
    deals = deals.select_related("brand", "promotion").order_by("-promotion__percent", "pk")
    return list(deals[:PLACES])


def deals() -> list[Product]:
    """Return what is kept; one looks it up, and the others wait for her."""
    until = time.monotonic() + PATIENCE
    while (found := cache.get(KEY)) is None:
        if cache.add(LOCK, True, LOCKED) or time.monotonic() > until:
            found = cache.get(KEY)
            if found is None:
                found = find()
                cache.set(KEY, found, KEPT)
            cache.delete(LOCK)
            break
        time.sleep(0.05)
    return found


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show the deals."""
    return render(request, "catalog/deals.html", {"deals": deals()})
