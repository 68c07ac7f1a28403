"""Redis ends and comes back with all it held, as when a hoster restarts it for an update.

Meanwhile whoever asks is refused. Redis loses nothing over it; but what could not be published
meanwhile is nowhere, and what workers had fetched ahead lies among the unacknowledged messages,
although nobody died.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tutor.lab.shop import Shop
from tutor.machine.slowdown import slowdown
from tutor.stack.services.redis import Redis

REDIS = "redis"
RECONNECTED = 15.0
"""Seconds within which workers are back: Celery tries after two, then after four more. On a crowded
machine they take longer, and that is not the shop's fault."""
EVERY = 0.1


@contextmanager
def broker_away(shop: Shop) -> Iterator[None]:
    """Have the Redis of *shop* be gone during the block."""
    redis = shop.service(REDIS)
    assert isinstance(redis, Redis)
    redis.end_and_keep()
    shop.stop_service(REDIS)
    try:
        yield
    finally:
        try:
            shop.restart_service(REDIS)
        finally:
            redis.forget_kept()


def await_workers(shop: Shop, workers: int) -> None:
    """Wait until so many *workers* listen to Redis again, as long as that may take."""
    from redis.exceptions import RedisError

    deadline = time.monotonic() + RECONNECTED * slowdown()
    while time.monotonic() < deadline:
        with suppress(RedisError):
            if shop.broker.waiting_workers() >= workers:
                return
        shop.cancel.wait(EVERY)
