"""Visitors who look at what others buy, again and again.

Runs alone too: `locust -f locustfile.py -H http://127.0.0.1:8000`. With `LEVELUP_FACTS` it knows
what stands on the shelf and counts every other answer as a failure.
"""

import html
import json
import os
import re
from pathlib import Path

from locust import HttpUser, between, task

CARD = re.compile(r'data-product="([-\w]+)".*?data-field="price" content="([\d.]+)"', re.DOTALL)


def facts():
    """Return what the tutor knows about the data; nothing where it is not there."""
    path = os.environ.get("LEVELUP_FACTS")
    return json.loads(Path(path).read_text()) or {} if path else {}


FACTS = facts()
PATH = FACTS.get("path", "/bestsellers/")
CARDS = [tuple(card) for card in FACTS.get("cards", [])]
"""The slug and the price of each product on the shelf, in order."""


class Visitor(HttpUser):
    """Somebody who was never here before."""

    wait_time = between(0.05, 0.15)

    def on_start(self):
        """Send each request over a connection of its own: one that was kept may be gone."""
        self.client.headers["Connection"] = "close"
        self.client.hooks["response"].append(lambda *_answer, **_how: self.client.close())

    @task
    def look(self):
        """Look at the shelf."""
        self.client.cookies.clear()
        with self.client.get(
            PATH, name="bestsellers", allow_redirects=False, catch_response=True
        ) as response:
            if problem := problem_with(response):
                response.failure(problem)


def problem_with(response):
    """Return what is wrong with a page; nothing where it is right."""
    if response.status_code != 200:
        return f"status {response.status_code}"
    if "</html>" not in response.text:
        return "the page is cut off"
    shown = CARD.findall(html.unescape(response.text))
    if CARDS and shown != CARDS:
        return "another shelf" if shown else "an empty shelf"
    return "" if shown else "an empty shelf"
