"""What Textual brings along, and the game never uses, left out."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_tls() -> Iterator[None]:
    """Have no ``ssl`` for asyncio in the block: nothing on the event loop is encrypted.

    It takes one part in thirty of the time until the first frame, and a megabyte. Whoever talks to
    a room over HTTPS does so in a thread, after the block, and imports it then.
    """
    if "ssl" in sys.modules or "asyncio" in sys.modules:
        yield
        return
    sys.modules["ssl"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["ssl"]
