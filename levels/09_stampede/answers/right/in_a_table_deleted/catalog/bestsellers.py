"""What our customers buy, kept for a minute and deleted when something on it changes."""

import time

from django.core.cache import caches
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.sales import Shelf, compute

cache = caches["shelf"]

KEY, LOCK = "bestsellers", "bestsellers-lock"
KEPT, LOCKED = 60, 10


def shelf() -> Shelf:
    """Return the shelf; one computes it, and the others wait for that."""
    until = time.monotonic() + LOCKED
    while time.monotonic() < until:
        if found := cache.get(KEY):
            return found
        if cache.add(LOCK, True, LOCKED):
            try:
                # It may have come between the question and the lock.
                return cache.get(KEY) or _renew()
            finally:
                cache.delete(LOCK)
        time.sleep(0.05)
    return compute()


def _renew() -> Shelf:
    found = compute()
    cache.set(KEY, found, KEPT)
    return found


def forget() -> None:
    """Delete the shelf when what was changed is there for everybody to see."""
    transaction.on_commit(lambda: cache.delete(KEY))


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show what sells best."""
    return render(request, "catalog/bestsellers.html", {"shelf": shelf()})
