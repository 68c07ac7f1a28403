"""Noon: people look at products, and some of them say what they think.

Runs alone too: `locust -f locustfile.py -H http://127.0.0.1:8000`. With `LEVELUP_FACTS` it knows
which products to look at.
"""

import json
import os
import random
import re
from pathlib import Path

from locust import HttpUser, between, task

SLUG = re.compile(r'data-product="([^"]+)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"')
SENT_ON = (302, 303)
"""How a form that was taken is answered."""
PATIENCE = 8.0
"""Seconds after which a visitor gives up."""


def facts():
    """Return what the tutor knows; nothing where it is not there."""
    path = os.environ.get("LEVELUP_FACTS")
    return json.loads(Path(path).read_text()) or {} if path else {}


SLUGS = facts().get("slugs", [])


class Visitor(HttpUser):
    """Somebody who has a break at noon."""

    wait_time = between(0.1, 0.4)

    def on_start(self):
        """Find something to look at. Each request has a connection of its own."""
        self.client.headers["Connection"] = "close"
        self.client.hooks["response"].append(lambda *_answer, **_how: self.client.close())
        self.slugs = SLUGS or SLUG.findall(self.client.get("/", name="front").text)

    @task(3)
    def look(self):
        """Read what others say of a product."""
        self.page(random.choice(self.slugs))

    @task(1)
    def review(self):
        """Say what one thinks, and read it."""
        slug = random.choice(self.slugs)
        token = TOKEN.search(self.page(slug))
        text = f"Noon. {random.randrange(10**9)}"
        fields = {
            "stars": random.randrange(1, 6),
            "text": text,
            "author_name": "Om",
            "csrfmiddlewaretoken": token[1] if token else "",
        }
        path = f"/product/{slug}/"
        with self.client.post(
            path, fields, name="review", allow_redirects=False, timeout=PATIENCE,
            headers={"Referer": f"{self.host}{path}"}, catch_response=True,
        ) as answer:  # fmt: skip
            if answer.status_code not in SENT_ON:
                answer.failure(f"status {answer.status_code}: a review")
                return
        seen = self.page(slug)
        if seen and text not in seen:
            self.environment.events.request.fire(
                request_type="GET", name="its own review", response_time=0, response_length=0,
                exception=ValueError("a review is missing"), context={},
            )  # fmt: skip

    def page(self, slug):
        """Return the page of a product, which must be one."""
        with self.client.get(
            f"/product/{slug}/", name="product", timeout=PATIENCE, catch_response=True
        ) as answer:
            if answer.status_code != 200:
                answer.failure(f"status {answer.status_code}")
                return ""
            return answer.text
