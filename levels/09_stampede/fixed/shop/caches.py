"""The cache, which may be gone: then the shop remembers nothing, and goes on."""

import logging
from collections.abc import Iterable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.memcached import PyMemcacheCache
from django.core.cache.backends.redis import RedisCache

log = logging.getLogger(__name__)


class Forgiving:
    """Answers as an empty cache does where the real one does not answer at all."""

    def _try(self, do: str, otherwise: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(super(), do)(*args, **kwargs)
        # Each client has errors of its own for a server that is gone.
        except Exception as error:
            log.warning("The cache does not answer: %r", error)
            return otherwise

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._try("get", default, key, default, version)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._try("set", None, key, value, timeout, version)

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        return self._try("add", False, key, value, timeout, version)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._try("delete", False, key, version)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        return self._try("get_many", {}, keys, version)


class Memcached(Forgiving, PyMemcacheCache):
    """memcached, or nothing."""


class Redis(Forgiving, RedisCache):
    """Redis in its place, or nothing."""
