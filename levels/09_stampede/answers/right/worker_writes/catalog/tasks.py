"""What is computed for the catalogue, away from the visitors."""

import time

from celery import shared_task
from django.core.cache import cache

from catalog.sales import compute

KEY, GENERATION = "bestsellers", "bestsellers-generation"
LOCK, ASKED = "bestsellers-lock", "bestsellers-asked"
FRESH, LOCKED = 60, 10


@shared_task
def renew_due() -> None:
    """Renew the shelf for a visitor, unless that was done since she looked."""
    kept = cache.get(KEY)
    if not kept or kept["due"] < time.time():
        renew()
    cache.delete(ASKED)


@shared_task
def renew() -> None:
    """Compute the shelf and keep it, again where somebody edited meanwhile; one at a time."""
    generation = object()
    while generation != (newest := cache.get(GENERATION)):
        generation = newest
        if not cache.add(LOCK, True, LOCKED):
            # Whoever holds it looks once more before it ends.
            return
        try:
            shelf = compute()
            cache.set(KEY, {"due": time.time() + FRESH, "shelf": shelf}, None)
        finally:
            cache.delete(LOCK)
            cache.delete(ASKED)
