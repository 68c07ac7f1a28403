"""What our customers buy, remembered by each process for as long as its generation lasts."""

import threading
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
FRESH = 60
_one_at_a_time = threading.Lock()
_kept: dict[str, tuple[float, Shelf]] = {}


def shelf() -> Shelf:
    """Return the shelf of this generation."""
    generation = cache.get_or_set(GENERATION, lambda: uuid4().hex, None)
    with _one_at_a_time:
        due, found = _kept.get(generation, (0.0, []))
        if due < time.monotonic():
            found = compute()
            _kept.clear()
            _kept[generation] = (time.monotonic() + FRESH, found)
        return found


def forget() -> None:
    """Begin a new generation on commit."""
    transaction.on_commit(lambda: cache.set(GENERATION, uuid4().hex, None))


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show what sells best."""
    return render(request, "catalog/bestsellers.html", {"shelf": shelf()})
