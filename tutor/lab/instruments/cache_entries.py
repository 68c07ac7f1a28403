"""What lies in the shop's cache, and how often somebody emptied all of it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tutor.stack.services.memcached import Memcached
from tutor.stack.services.redis import Redis

if TYPE_CHECKING:
    from tutor.lab.shop import Shop

CACHE = "memcached"
"""As ``stack.toml`` calls it; a Redis may stand in."""


class CacheEntries:
    """The entries of the cache of *shop*."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def keys(self) -> set[str]:
        """Return the keys of all that is kept now; none where nobody tells."""
        with suppress(OSError, ValueError):
            if cache := self._cache:
                return cache.keys()
        return set()

    @property
    def flushes(self) -> int:
        """How often the cache was emptied since it started, by whomever; 0 where nobody tells."""
        with suppress(OSError, ValueError, KeyError):
            if cache := self._cache:
                return cache.flushes()
        return 0

    @property
    def _cache(self) -> Memcached | Redis | None:
        cache = self._shop.services.get(CACHE)
        return cache if isinstance(cache, Memcached | Redis) else None
