"""Visitors who open the front page and look at a product now and then.

Runs alone too: `locust -f locustfile.py -H http://127.0.0.1:8000`. With `LEVELUP_FACTS` it knows
what the page must show and counts every other answer as a failure.
"""

import json
import os
import random
from pathlib import Path

from locust import HttpUser, between, task

CARD = 'data-product="'


def facts():
    """Return what the tutor knows about the data; nothing where it is not there."""
    path = os.environ.get("LEVELUP_FACTS")
    return json.loads(Path(path).read_text()) or {} if path else {}


NAMES = facts().get("names", {})


class Visitor(HttpUser):
    """Somebody who came for a yoga mat."""

    wait_time = between(0.05, 0.15)

    @task(5)
    def front(self):
        """Open the front page and see whether all of it is there."""
        with self.client.get("/", name="front", catch_response=True) as response:
            problem = problem_with(response)
            if problem:
                response.failure(problem)

    @task(1)
    def product(self):
        """Open one product."""
        if NAMES:
            slug = random.choice(list(NAMES))
            self.client.get(f"/product/{slug}/", name="product")


def problem_with(response):
    """Return what is wrong with a front page; nothing where it is right."""
    if response.status_code != 200:
        return f"status {response.status_code}"
    cards = response.text.count(CARD)
    if NAMES and cards != len(NAMES):
        return f"{cards} cards instead of {len(NAMES)}"
    if cards == 0:
        return "no card at all"
    for slug in random.sample(list(NAMES), min(10, len(NAMES))):
        if NAMES[slug] not in response.text:
            return f"{slug} is not shown as {NAMES[slug]!r}"
    if "</html>" not in response.text:
        return "the page is cut off"
    return ""
