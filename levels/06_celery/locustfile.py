"""Buyers: each puts something into the cart and checks out.

Runs alone too: `locust -f locustfile.py -H http://127.0.0.1:8000`. With `LEVELUP_FACTS` it knows
whom the bank refuses and counts an order of theirs, or a refusal of anybody else, as a failure.
"""

import json
import os
import random
import re
from itertools import count
from pathlib import Path
from urllib.parse import urljoin

from locust import HttpUser, between, events, task

SLUG = re.compile(r'data-product="([^"]+)"')


def facts():
    """Return what the tutor knows; nothing where it is not there."""
    path = os.environ.get("LEVELUP_FACTS")
    return json.loads(Path(path).read_text()) or {} if path else {}


FACTS = facts()
SLUGS = FACTS.get("slugs", [])
BROKE = FACTS.get("broke", [])
TOKEN = FACTS.get("token", "alone")
NUMBERS = count()
SEEN = {"orders": 0}
"""What is told of all buyers of this process together."""


@events.init.add_listener
def begin(environment, **_how):
    """Hand over what is counted, from the first moment on."""
    environment.extra = SEEN


class Buyer(HttpUser):
    """Somebody who knows what they want."""

    wait_time = between(0.5, 1.0)

    def on_start(self):
        """Fetch the token that every form needs, and something to choose from.

        Each request has a connection of its own: one that was kept may be gone.
        """
        self.client.headers["Connection"] = "close"
        self.client.hooks["response"].append(lambda *_answer, **_how: self.client.close())
        self.client.get("/login/", name="login")
        self.slugs = SLUGS or SLUG.findall(self.client.get("/", name="front").text)

    @task(7)
    def buy(self):
        """Buy one thing and see the order."""
        # Each worker of Locust counts for itself.
        number = f"{self.environment.runner.worker_index}-{next(NUMBERS)}"
        self.check_out(f"load-{TOKEN}-{number}@palace.example", leads_to_order=True)

    @task(1)
    def buy_without_money(self):
        """Try to buy with a card that the bank refuses."""
        if BROKE:
            self.check_out(random.choice(BROKE), leads_to_order=False)

    def check_out(self, email, *, leads_to_order):
        """Put one thing into the cart, check out, and look at the page that follows."""
        headers = {"X-CSRFToken": self.client.cookies.get("csrftoken", ""), "Referer": self.host}
        slug = random.choice(self.slugs)
        added = self.send(f"/cart/add/{slug}/", {"quantity": 1}, headers, "add", problem_with_add)
        if not added:
            return
        fields = {"name": "Asha", "email": email, "address": "2 Lotus Lane"}
        problem_with = problem_with_order if leads_to_order else problem_with_refusal
        led_on = self.send("/checkout/", fields, headers, "checkout", problem_with)
        SEEN["orders"] += led_on and leads_to_order

    def send(self, path, fields, headers, name, problem_with):
        """Send a form, and look at the page it leads to; return whether that went well."""
        with self.client.post(
            path, fields, headers=headers, name=name, allow_redirects=False, catch_response=True
        ) as response:
            place = response.headers.get("location", "") if response.headers else ""
            if problem := problem_with(response.status_code, place):
                response.failure(problem)
                return False
        if place:
            self.client.get(urljoin(self.host, place), name="after", allow_redirects=False)
        return True


def problem_with_add(status, place):
    """Return what is wrong with the answer to somebody who filled the cart."""
    return "" if status == 200 or place else f"status {status}"


def problem_with_order(status, place):
    """Return what is wrong with the answer to somebody who can pay."""
    if "/order/" in place:
        return ""
    if place:
        return f"the checkout led elsewhere: {place}"
    return f"status {status}: no order"


def problem_with_refusal(status, place):
    """Return what is wrong with the answer to somebody whom the bank refuses."""
    if "/order/" in place:
        return "a buyer whom the bank refuses got an order"
    return "" if status == 200 or place else f"status {status}"
