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

from locust import HttpUser, between, task

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


class Buyer(HttpUser):
    """Somebody who knows what they want."""

    wait_time = between(0.5, 1.0)

    def on_start(self):
        """Fetch the token that every form needs, and something to choose from."""
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
        self.client.post(f"/cart/add/{slug}/", {"quantity": 1}, headers=headers, name="add")
        fields = {"name": "Asha", "email": email, "address": "2 Lotus Lane"}
        with self.client.post(
            "/checkout/", fields, headers=headers, name="checkout", catch_response=True
        ) as response:
            is_order = "/order/" in response.url
            if response.status_code != 200:
                response.failure(f"status {response.status_code}")
            elif is_order and not leads_to_order:
                response.failure("a buyer whom the bank refuses got an order")
            elif leads_to_order and not is_order:
                response.failure(f"the checkout led to {response.url.removeprefix(self.host)}")
