"""Cyber Monday: what is reduced today, kept under the number of the last edit."""

import fcntl
import tempfile
from pathlib import Path

from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Product

KEPT = 60
PLACES = 12


def edits() -> int:
    """Return how often somebody edited what the deals show."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT number FROM monday_edit")
        return int(cursor.fetchone()[0])


def lock_file() -> Path:
    """Return the file that whoever looks the deals up holds; both workers run on this server."""
    database = connections[DEFAULT_DB_ALIAS].settings_dict
    return Path(tempfile.gettempdir()) / f"deals-{database['NAME']}-{database['PORT']}.lock"


def find() -> list[Product]:
    """Return today's deals, the deepest cut first."""
    deals = Product.objects.using(DEFAULT_DB_ALIAS).live().filter(promotion__is_monday=True)
    deals = deals.select_related("brand", "promotion").order_by("-promotion__percent", "pk")
    return list(deals[:PLACES])


def deals() -> list[Product]:
    """Return what is kept since the last edit; one finds it."""
    key = f"deals-{edits()}"
    found = cache.get(key)
    if found is not None:
        return found
    with lock_file().open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = cache.get(key)
        if found is None:
            found = find()
            cache.set(key, found, KEPT)
    return found


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show the deals."""
    return render(request, "catalog/deals.html", {"deals": deals()})
