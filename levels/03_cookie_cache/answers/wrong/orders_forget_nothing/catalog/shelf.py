"""What the cache knows of the catalogue, and when it has to forget it."""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save

VERSION = "catalogue"


def _count_up() -> None:
    try:
        cache.incr(VERSION)
    except ValueError:
        cache.set(VERSION, 1, None)


def forget(**kwargs: Any) -> None:
    """Whoever asks from now on, asks for another version."""
    transaction.on_commit(_count_up)


def remember(name: str, ask: Callable[[], list[Any]]) -> list[Any]:
    """Return what *ask* said in this version of the catalogue."""
    version = cache.get_or_set(VERSION, 1, None)
    return cache.get_or_set(f"{name}:{version}", ask, None)


def listen(models: list[type]) -> None:
    """Forget whenever one of *models* changes."""
    for model in models:
        for signal in (post_save, post_delete):
            signal.connect(forget, sender=model, dispatch_uid=f"forget-{model.__name__}")
    m2m_changed.connect(forget, dispatch_uid="forget-tags")
