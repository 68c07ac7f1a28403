"""Waiting for what the shop sees to by itself, perhaps by a worker of Celery."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tutor.machine.slowdown import slowdown

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tutor.lab.instruments.context import Context
    from tutor.lab.shop import Shop


def wait_for_jobs(
    lab: Context, condition: Callable[[], Any], *, within: float, every: float
) -> bool:
    """Wait until *condition* holds, *within* so many seconds; longer while jobs are left.

    On a crowded machine a worker of Celery may come to them late, and that is not the shop's fault.
    """
    began = time.monotonic()
    while True:
        # Asked before the look: a job that is done meanwhile was seen to too late for it.
        are_left = _are_left(lab.shop)
        if condition():
            return True
        until = within * slowdown() if are_left else within
        if time.monotonic() - began >= until:
            return False
        lab.cancel.wait(every)


def _are_left(shop: Shop) -> bool:
    """Return whether a message waits for a worker of Celery, or is not through yet."""
    return "redis" in shop.services and bool(shop.broker.left())
