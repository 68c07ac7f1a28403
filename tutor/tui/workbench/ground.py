"""The right to start services: the shop for the browser has it, or a run."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tutor.base.cancel import Cancel


@contextmanager
def ground(lock: threading.Lock, cancel: Cancel) -> Iterator[None]:
    """Hold the right to start services; called by workers only.

    Raises:
        Cancelled: an end was asked for while waiting.
    """
    while not lock.acquire(timeout=0.05):
        cancel.check()
    try:
        cancel.check()
        yield
    finally:
        lock.release()
