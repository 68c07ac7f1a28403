"""What our customers buy: computed under a lock of the database, which ends with its session."""

from uuid import uuid4

from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.sales import Shelf, compute

KEY, GENERATION = "bestsellers", "bestsellers-generation"
KEPT = 60
LOCK = 909


def kept() -> Shelf | None:
    """Return what is kept of this generation."""
    generation, found = cache.get(GENERATION), cache.get(KEY)
    return found[1] if found and generation == found[0] else None


def shelf() -> Shelf:
    """Return the shelf; one computes it, and the others wait in the database for that."""
    return kept() or _compute_alone()


@transaction.atomic
def _compute_alone() -> Shelf:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if found := kept():
        return found
    generation = cache.get_or_set(GENERATION, lambda: uuid4().hex, None)
    found = compute()
    cache.set(KEY, (generation, found), KEPT)
    return found


def forget() -> None:
    """Begin a new generation on commit."""
    transaction.on_commit(lambda: cache.set(GENERATION, uuid4().hex, None))


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show what sells best."""
    return render(request, "catalog/bestsellers.html", {"shelf": shelf()})
