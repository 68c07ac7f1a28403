"""What our customers buy, kept under a key that every edit changes."""

import time
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.sales import Shelf, compute

GENERATION = "bestsellers-generation"
KEPT, LOCKED = 60, 10


def shelf() -> Shelf:
    """Return the shelf of this generation; one computes it, and the others wait for that."""
    until = time.monotonic() + LOCKED
    while time.monotonic() < until:
        generation = cache.get_or_set(GENERATION, lambda: uuid4().hex, None)
        key, lock = f"bestsellers-{generation}", f"bestsellers-lock-{generation}"
        if found := cache.get(key):
            return found
        if cache.add(lock, True, LOCKED):
            try:
                found = cache.get(key) or compute()
                cache.set(key, found, KEPT)
                return found
            finally:
                cache.delete(lock)
        time.sleep(0.05)
    return compute()


def forget() -> None:
    """Begin a new generation on commit; what was kept before dies of old age."""
    transaction.on_commit(lambda: cache.set(GENERATION, uuid4().hex, None))


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show what sells best."""
    return render(request, "catalog/bestsellers.html", {"shelf": shelf()})
