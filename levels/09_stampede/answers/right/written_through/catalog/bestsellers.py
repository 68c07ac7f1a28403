"""What our customers buy: whoever saves renews it."""

import time

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.sales import Shelf, compute

KEY, LOCK = "bestsellers", "bestsellers-lock"
KEPT, LOCKED = 60, 10


def shelf() -> Shelf:
    """Return the shelf; where nothing is kept one computes it, and the others wait for that."""
    until = time.monotonic() + LOCKED
    while time.monotonic() < until:
        if found := cache.get(KEY):
            return found
        if cache.add(LOCK, True, LOCKED):
            try:
                return cache.get(KEY) or renew()
            finally:
                cache.delete(LOCK)
        time.sleep(0.05)
    return compute()


def renew() -> Shelf:
    """Compute the shelf and keep it."""
    found = compute()
    cache.set(KEY, found, KEPT)
    return found


def forget() -> None:
    """Renew the shelf on commit, so that no visitor has to."""
    transaction.on_commit(renew)


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show what sells best."""
    return render(request, "catalog/bestsellers.html", {"shelf": shelf()})
