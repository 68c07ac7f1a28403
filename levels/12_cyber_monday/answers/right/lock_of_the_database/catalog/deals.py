"""Cyber Monday: looked up by one, under a lock of the database, which ends with its session."""

from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog import kept
from catalog.models import Product

KEPT = 60
LOCK = 1212
PLACES = 12


def deals() -> list[Product]:
    """Return today's deals; whoever finds none kept waits for her turn in the database."""
    generation = kept.current()
    found = cache.get(f"deals-{generation}")
    if found is None:
        found = _look_up_alone(f"deals-{generation}")
    return found


@transaction.atomic
def _look_up_alone(key: str) -> list[Product]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    found = cache.get(key)
    if found is None:
        deals = Product.objects.using(DEFAULT_DB_ALIAS).live().filter(promotion__is_monday=True)
        deals = deals.select_related("brand", "promotion").order_by("-promotion__percent", "pk")
        found = list(deals[:PLACES])
        cache.set(key, found, KEPT)
    return found


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show the deals."""
    return render(request, "catalog/deals.html", {"deals": deals()})
