"""What a worker knows of the catalogue, as long as the edition in memcached is the same."""

from collections.abc import Callable
from secrets import token_hex
from typing import Any

from django.core.cache import cache

KEPT: dict[str, tuple[str, list[Any]]] = {}
SECONDS = 60


def remember(name: str, ask: Callable[[], list[Any]]) -> list[Any]:
    """Return what *ask* said in this edition; an empty memcached begins a new one."""
    edition = cache.get_or_set("edition", lambda: token_hex(8), SECONDS)
    known, products = KEPT.get(name, ("", []))
    if known != edition:
        products = ask()
        KEPT[name] = (edition, products)
    return products
