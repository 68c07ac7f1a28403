"""The time for which we hold a migration up: at the gate, and behind the accountant."""

import time
from types import TracebackType
from typing import Self


class HeldTime:
    """Counts the seconds of its blocks, the one included that is not over."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._since: float | None = None

    def __enter__(self) -> Self:
        """Begin to count."""
        self._since = time.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Count no more."""
        self._seconds, self._since = self.seconds(), None

    def seconds(self) -> float:
        """Return the seconds so far; it may be asked from another thread."""
        since = self._since
        return self._seconds + (time.monotonic() - since if since is not None else 0.0)
