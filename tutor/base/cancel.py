"""A request to stop, asked for at every wait."""

import threading

from tutor.base.errors import Cancelled


class Cancel:
    """Set by the front end, checked by whoever waits."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Ask for an end."""
        self._event.set()

    @property
    def is_set(self) -> bool:
        """Return whether an end was asked for."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise :class:`~tutor.base.errors.Cancelled` if an end was asked for."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> None:
        """Wait for *seconds*, or until an end is asked for."""
        if self._event.wait(seconds):
            raise Cancelled
