"""A checkout that somebody may have to wait for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab.instruments.context import Context

Answer = tuple[int, str]
"""The status of an answer, and where it leads."""
FOUND = 302


class Checkout(threading.Thread):
    """Somebody who presses the button in a thread of their own, once ``start`` is called."""

    def __init__(
        self, lab: Context, email: str, press: Callable[[], Answer], *, patience: float
    ) -> None:
        super().__init__(name="checkout", daemon=True)
        self.email = email
        self.status, self.location = 0, ""
        """What the answer was; 0 until there is one."""
        self.error: Exception | None = None
        """What kept the answer from coming."""
        self._lab = lab
        self._press = press
        self._patience = patience

    @property
    def is_an_order(self) -> bool:
        """Whether the answer leads to an order."""
        return "/order/" in self.location

    @property
    def is_served(self) -> bool:
        """Whether the buyer was sent on to the order."""
        return is_served((self.status, self.location))

    def run(self) -> None:
        """Press the button; where no answer comes, note why."""
        try:
            status, location = self._press()
        except Exception as error:  # noqa: BLE001 - told by whoever waits, in another thread
            self.error = error
        else:
            # Whoever sees the status may look where it leads.
            self.location = location
            self.status = status

    def finish(self) -> None:
        """Wait for the answer, which nobody holds back any more; refuse one that never comes.

        Raises:
            Exception: why there was none.
        """
        if self.ident:
            self.join(self._patience)
        if self.error is not None:
            raise self.error
        if self.is_alive():
            self._lab.foul("checkout_fails", status=0, location="–")


def is_served(answer: Answer) -> bool:
    """Return whether *answer* sends a buyer on to the order."""
    status, location = answer
    return status == FOUND and "/order/" in location
