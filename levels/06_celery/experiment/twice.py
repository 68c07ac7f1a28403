"""Gold: exactly once, however often a message comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab

    from .sales import Sales


class Twice:
    """Messages that are handed out a second time: too late for the broker, or long done with."""

    def __init__(self, lab: Lab, sales: Sales) -> None:
        self._lab = lab
        self._sales = sales
        self._orders = sales.orders

    def take_too_long(self) -> None:
        """Have a job take longer than the broker waits: its message is handed out again."""
        self._lab.step("long_job")
        with self._orders.offices_closed():
            self._sales.buy("long")
            if not self._orders.wait_for_work():
                return
            if self._orders.hand_back():
                self._orders.wait_until_still()
        self._orders.settled(self._sales.paper.groups["long"])

    def deliver_again(self, messages: list[tuple[str, bytes]]) -> None:
        """Deliver what was done with an hour ago again, twice, to workers that are new."""
        self._lab.step("repeating")
        self._orders.let_an_hour_pass()
        for _ in range(2):
            for queue, message in messages:
                self._sales.broker.publish(queue, message)
            self._orders.settled([])
