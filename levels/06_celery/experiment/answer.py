"""Bronze: nobody waits for the paper."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from .sales import ANSWER

if TYPE_CHECKING:
    from tutor.lab import Checkout, Lab

    from .quiet_day import QuietDay
    from .sales import Sales

CAUGHT = 0.7
"""Seconds after which a web process that is seen at a closed door counts as waiting there."""


class AnswerFirst:
    """A checkout while the post office and the tax office are closed: the answer must come."""

    def __init__(self, lab: Lab, sales: Sales, day: QuietDay) -> None:
        self._lab = lab
        self._sales = sales
        self._orders = sales.orders
        self._day = day

    def take(self) -> bool:
        """Close both, and check out; return whether the answer came.

        Then the quiet day begins, and the offices open with it.
        """
        lab = self._lab
        lab.step("closing")
        attempt = self._sales.attempt(self._sales.purchase("first"))
        checkout = attempt.checkout
        self._orders.outsiders.take_time(checkout.email)
        with ExitStack() as post, ExitStack() as tax_office:
            post.enter_context(lab.shop.paused("mail"))
            tax_office.enter_context(self._orders.tax_office.shut())
            checkout.start()
            place = self._where_it_waits(checkout)
            answered = bool(checkout.status)
            # Who answers now waited for the tax office; a stamp takes its time from here on.
            tax_office.close()
            if answered:
                self._day.go_shopping()
            elif not place:
                checkout.join(1.5)
                place = "stamp" if checkout.status else "somebody"
        checkout.join(2 * ANSWER)
        lab.measure("held_up", 0 if answered else 1)
        if answered:
            self._sales.attempted("first", attempt)
            return True
        untouched = not lab.changed("")
        lab.find("waits" if untouched else f"still_waits_{place}", seconds=ANSWER)
        return False

    def _where_it_waits(self, checkout: Checkout) -> str:
        """Wait for the answer; return at whose door a web process was seen for too long."""
        since: dict[str, float] = {}
        began = time.monotonic()
        while not checkout.status and checkout.is_alive():
            web = self._sales.web()
            seen = {
                "post": self._orders.at_the_post(web),
                "stamp": self._orders.at_the_tax_office(web),
            }
            for place, there in seen.items():
                if not there:
                    since.pop(place, None)
                elif time.monotonic() - since.setdefault(place, time.monotonic()) > CAUGHT:
                    return place
            waited = time.monotonic() - began
            # Who computes does not wait: on a busy machine that takes its time.
            if waited > 3 * ANSWER or (waited > ANSWER and self._orders.are_idle(web)):
                break
            self._lab.cancel.wait(0.05)
        return ""
