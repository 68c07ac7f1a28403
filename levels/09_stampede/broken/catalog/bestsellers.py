"""What our customers buy, kept for a minute."""

import time
from typing import Any

from django.core.cache import cache
from django.db.models.signals import post_save
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Product
from catalog.sales import Shelf, compute

KEY = "bestsellers"
KEPT = 60
"""Seconds: the bookkeeping's figures may be a minute old."""

_last: dict[str, Any] = {"shelf": [], "until": 0.0}
"""What this process saw last. No cache is as fast as a dictionary."""


def shelf() -> Shelf:
    """Return the shelf, computed once a minute."""
    if _last["until"] < time.time():
        # The docs say of get_or_set that it avoids a race condition.
        _last["shelf"] = cache.get_or_set(KEY, compute, KEPT)
        _last["until"] = time.time() + KEPT
    return _last["shelf"]


def forget(**_: object) -> None:
    """Somebody saved a product: let the shelf be computed anew."""
    _last["until"] = 0.0
    cache.delete(KEY)


post_save.connect(forget, sender=Product)


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show what sells best."""
    return render(request, "catalog/bestsellers.html", {"shelf": shelf()})
