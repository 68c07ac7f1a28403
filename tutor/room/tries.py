"""Wrong codes are counted by where they come from: nobody tries them all."""

import time
from collections import OrderedDict, deque

MOST = 30
"""Wrong codes from one address in :data:`WINDOW`."""
WINDOW = 600.0
ADDRESSES = 4096
"""Remembered at most; the oldest is forgotten first."""


class Tries:
    """The wrong tries of late, by address."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def are_too_many(self, address: str) -> bool:
        """Return whether *address* has tried too often."""
        times = self._wrong.get(address)
        if times is None:
            return False
        while times and times[0] < time.monotonic() - WINDOW:
            times.popleft()
        return len(times) >= MOST

    def count(self, address: str) -> None:
        """Count a wrong try."""
        times = self._wrong.setdefault(address, deque(maxlen=MOST))
        self._wrong.move_to_end(address)
        times.append(time.monotonic())
        if len(self._wrong) > ADDRESSES:
            self._wrong.popitem(last=False)


tries = Tries()
"""Those of this process."""
