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

    def on_start(self):
        """Send each request over a connection of its own: one that was kept may be gone."""
        self.client.headers["Connection"] = "close"
        self.client.hooks["response"].append(lambda *_answer, **_how: self.client.close())

    @task(5)
    def front(self):
        """Open the front page and see whether all of it is there."""
        self.open("/", "front", problem_with)

    @task(1)
    def product(self):
        """Open one product."""
        if NAMES:
            slug = random.choice(list(NAMES))
            self.open(f"/product/{slug}/", "product", lambda page: lacks(page, [slug]))

    def open(self, path, name, problem_with):
        """Open a page that must come from the very address, and see what is wrong with it."""
        with self.client.get(
            path, name=name, allow_redirects=False, catch_response=True
        ) as response:
            if problem := problem_with(response):
                response.failure(problem)


def problem_with(response):
    """Return what is wrong with a front page; nothing where it is right."""
    if response.status_code != 200:
        return f"status {response.status_code}"
    cards = response.text.count(CARD)
    if NAMES and cards != len(NAMES):
        return f"cards are missing: {cards} instead of {len(NAMES)}"
    if cards == 0:
        return "no card at all"
    return lacks(response, random.sample(list(NAMES), min(10, len(NAMES))))


def lacks(response, slugs):
    """Return which of the products *slugs* a page does not name; nothing where it names all."""
    if response.status_code != 200:
        return f"status {response.status_code}"
    for slug in slugs:
        if NAMES[slug] not in response.text:
            return f"a name is missing: {NAMES[slug]}"
    return "" if "</html>" in response.text else "the page is cut off"
