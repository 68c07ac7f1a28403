"""What our customers buy: a worker computes it, and pages show what there is."""

import logging
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
from catalog.tasks import ASKED, GENERATION, KEY, renew, renew_due

log = logging.getLogger(__name__)
PATIENCE = 10.0
"""Seconds a visitor waits for the worker where nothing is kept."""
_one_at_a_time = threading.Lock()
_last = {"began": 0.0, "shelf": []}


def shelf() -> Shelf:
    """Return what there is; where it is old the worker is told, once."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        kept = cache.get(KEY)
        if not kept or time.time() > kept["due"]:
            if cache.add(ASKED, True, 5):
                renew_due.delay()
            elif not kept and cache.get(ASKED) is None and cache.get(KEY) is None:
                break
        if kept:
            return kept["shelf"]
        time.sleep(0.05)
    return alone()


def alone() -> Shelf:
    """Compute without cache or worker, for one visitor of this process at a time."""
    came = time.monotonic()
    with _one_at_a_time:
        if _last["began"] < came:
            _last.update(began=time.monotonic(), shelf=compute())
        return _last["shelf"]


def forget() -> None:
    """Tell the worker on commit that what it has computed is old."""
    transaction.on_commit(_begin_anew)


def _begin_anew() -> None:
    cache.set(GENERATION, uuid4().hex, None)
    renew.delay()


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show what sells best."""
    return render(request, "catalog/bestsellers.html", {"shelf": shelf()})
