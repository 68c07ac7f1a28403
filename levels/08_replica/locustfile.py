"""Shoppers who look for what they did, and strangers who only look.

Runs alone too: `locust -f locustfile.py -H http://127.0.0.1:8000`. With `LEVELUP_FACTS` it knows
what stands on the shelves.
"""

import html
import json
import os
import random
import re
from pathlib import Path

from locust import HttpUser, between, task

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')

SENT_ON = (302, 303)
"""How a form that was taken is answered."""


def facts():
    """Return what the tutor knows; nothing where it is not there."""
    path = os.environ.get("LEVELUP_FACTS")
    return json.loads(Path(path).read_text()) or {} if path else {}


FACTS = facts()
SHELVES = FACTS.get("shelves") or {"/": []}
SLUGS = FACTS.get("slugs") or ["monday-warrior-cork-mat"]
WORD = FACTS.get("token", "om")


class Visitor(HttpUser):
    """Somebody new each time: with an empty cookie jar, as most who come."""

    wait_time = between(0.05, 0.15)

    def on_start(self):
        """Send each request over a connection of its own: one that was kept may be gone."""
        self.client.headers["Connection"] = "close"
        self.client.hooks["response"].append(lambda *_answer, **_how: self.client.close())

    @task(2)
    def look(self):
        """Look at a shelf; what is on it was there before the copy stood still."""
        self.client.cookies.clear()
        path = random.choice(list(SHELVES))
        with self.client.get(path, name="a shelf", catch_response=True) as response:
            text = html.unescape(response.text)
            for product in random.sample(SHELVES[path], min(5, len(SHELVES[path]))):
                if response.status_code == 200 and product not in text:
                    response.failure(f"a name is missing: {product}")

    @task(2)
    def buy(self):
        """Put the same thing into the cart twice; the cart counts both times."""
        self.client.cookies.clear()
        slug = random.choice(SLUGS)
        for pieces in (1, 2):
            form = self.client.get(f"/product/{slug}/", name="a product").text
            self.send(f"/cart/add/{slug}/", "into the cart", form, {"quantity": "1"})
            with self.client.get("/cart/", name="the cart", catch_response=True) as response:
                if response.status_code == 200 and f'value="{pieces}"' not in response.text:
                    response.failure(f"the cart forgot: {pieces} of {slug}")

    @task(1)
    def review(self):
        """Write a review, and read it."""
        self.client.cookies.clear()
        path = f"/product/{random.choice(SLUGS)}/"
        text = f"Breathed in. {WORD} {random.randrange(10**9)}"
        form = self.client.get(path, name="a product").text
        self.send(path, "a review", form, {"stars": "4", "text": text, "author_name": "Om"})
        with self.client.get(path, name="my review", catch_response=True) as response:
            if response.status_code == 200 and text not in response.text:
                response.failure(f"the review is missing: {path}")

    def send(self, path, name, form, data):
        """Send a form with its token; what follows is opened by whoever asks for it."""
        token = TOKEN.search(form)
        data = {**data, "csrfmiddlewaretoken": token[1] if token else ""}
        with self.client.post(
            path, data, name=name, allow_redirects=False, catch_response=True
        ) as response:
            if response.status_code in SENT_ON:
                response.success()
            else:
                response.failure(f"status {response.status_code}")
