"""What our customers buy, kept under a key that every edit changes."""

import threading
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.sales import Shelf, compute

GENERATION = "bestsellers-generation"
KEPT = 60
_one_at_a_time = threading.Lock()


def shelf() -> Shelf:
    """Return the shelf of this generation; one computes it."""
    generation = cache.get_or_set(GENERATION, lambda: uuid4().hex, None)
    key = f"bestsellers-{generation}"
    if not (found := cache.get(key)):
        with _one_at_a_time:
            if not (found := cache.get(key)):
                found = compute()
                cache.set(key, found, KEPT)
    return found


def forget() -> None:
    """Begin a new generation on commit."""
    transaction.on_commit(lambda: cache.set(GENERATION, uuid4().hex, None))


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show what sells best."""
    return render(request, "catalog/bestsellers.html", {"shelf": shelf()})
