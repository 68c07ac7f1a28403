"""What our customers buy: computed by one, for all, and never from before the last edit.

The shelf is kept with the generation it belongs to. An edit begins a new generation, once it is
committed; whoever computes has read the generation first, so what was read too early is known for
what it is. One renews, under a lock that ends by itself, and the others are shown what there was.
"""

import threading
import time
from typing import NamedTuple
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.sales import Shelf, compute

KEY, GENERATION, LOCK = "bestsellers", "bestsellers-generation", "bestsellers-lock"
FRESH = 60
"""Seconds for which the figures are good; the shelf is kept for longer, to be shown meanwhile."""
LOCKED = 10
"""Seconds after which somebody else may compute: many times what it takes."""
LOOK = 0.05
"""Seconds between two looks of who has nothing to show yet."""


class Kept(NamedTuple):
    """The shelf, as it lies in the cache."""

    generation: str
    due: float
    shelf: Shelf


class Turn(NamedTuple):
    """The last time this process computed without a cache."""

    began: float
    shelf: Shelf


_one_at_a_time = threading.Lock()
_turn = Turn(0.0, [])


def shelf() -> Shelf:
    """Return the shelf; one visitor renews it where that is due."""
    generation, kept = _generation(), cache.get(KEY)
    if kept and kept.generation == generation and time.time() < kept.due:
        return kept.shelf
    if _lock():
        return _renew(generation)
    return kept.shelf if kept else _first()


def forget() -> None:
    """Begin a new generation when what was changed is there for everybody to see."""
    transaction.on_commit(lambda: cache.set(GENERATION, uuid4().hex, None))


def _generation() -> str:
    """Return the generation of now; a lost one is followed by one that never was."""
    return cache.get(GENERATION) or cache.get_or_set(GENERATION, uuid4().hex, None)


def _lock() -> bool:
    return cache.add(LOCK, True, LOCKED)


def _renew(generation: str) -> Shelf:
    """Compute the shelf and keep it, unless somebody did between our look and our turn."""
    try:
        kept = cache.get(KEY)
        if kept and kept.generation == generation and kept.due > time.time():
            return kept.shelf
        found = compute()
        cache.set(KEY, Kept(generation, time.time() + FRESH, found), 10 * FRESH)
        return found
    finally:
        cache.delete(LOCK)


def _first() -> Shelf:
    """Wait for the one who computes, where nothing is kept; do without a cache that is gone."""
    until = time.monotonic() + 2 * LOCKED
    while time.monotonic() < until:
        generation, kept = _generation(), cache.get(KEY)
        if kept:
            return kept.shelf
        if _lock():
            return _renew(generation)
        if not cache.get(GENERATION):
            break
        time.sleep(LOOK)
    return _without_cache()


def _without_cache() -> Shelf:
    """Compute, one at a time in this process; who came before that began shares what is found."""
    global _turn
    came = time.monotonic()
    with _one_at_a_time:
        if _turn.began < came:
            began = time.monotonic()
            _turn = Turn(began, compute())
        return _turn.shelf


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show what sells best."""
    return render(request, "catalog/bestsellers.html", {"shelf": shelf()})
