"""Cyber Monday: strangers look, customers are greeted, and some of them buy.

Runs alone too: `locust -f locustfile.py -H http://127.0.0.1:8000`. With `LEVELUP_FACTS` it knows
what is reduced today, and who may be greeted as whom.
"""

import html
import json
import os
import random
import re
import time
from pathlib import Path

from locust import HttpUser, between, events, task

TOKEN = re.compile(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"')
SENT_ON = (302, 303)
"""How a form that was taken is answered."""
PATIENCE = 15.0
"""Seconds after which a visitor gives up."""


def facts():
    """Return what the tutor knows; nothing where it is not there."""
    path = os.environ.get("LEVELUP_FACTS")
    return json.loads(Path(path).read_text()) or {} if path else {}


FACTS = facts()
PATH = FACTS.get("path", "/monday/")
NAMES = FACTS.get("names", [])
SLUGS = FACTS.get("slugs") or {"monday-warrior-cork-mat": ""}
CUSTOMERS = FACTS.get("customers", [])
BATCH = FACTS.get("batch", "alone")
SEEN = {"orders": 0}
"""What is told of all visitors of this process together."""


@events.request.add_listener
def note(exception=None, **_request):
    """Note when something went wrong first."""
    if exception:
        SEEN.setdefault("failed", time.monotonic())


@events.init.add_listener
def begin(environment, **_how):
    """Hand over what is counted, from the first moment on."""
    environment.extra = SEEN


class Visitor(HttpUser):
    """Somebody new each time, or somebody who is known."""

    wait_time = between(0.05, 0.2)

    def on_start(self):
        """Send each request over a connection of its own: one that was kept may be gone."""
        self.client.headers["Connection"] = "close"
        self.client.hooks["response"].append(lambda *_answer, **_how: self.client.close())

    @task(3)
    def look(self):
        """Look at the deals as a stranger."""
        self.open(PATH, "the deals, a stranger", None, NAMES)

    @task(3)
    def come_back(self):
        """Look at the deals as somebody whom the shop knows."""
        person = random.choice(CUSTOMERS) if CUSTOMERS else None
        self.open(PATH, "the deals, a customer", person, NAMES)

    @task(2)
    def read(self):
        """Read about one of them."""
        slug = random.choice(list(SLUGS))
        self.open(f"/product/{slug}/", "a product", None, [SLUGS[slug]])

    @task(2)
    def buy(self):
        """Put a deal into the cart from the page it is on, and check out."""
        slug = random.choice(list(SLUGS))
        form = self.open(PATH, "the deals, a buyer", None, NAMES)
        if not form or not self.send(f"/cart/add/{slug}/", form, {"quantity": "1"}, "/cart/"):
            return
        form = self.client.get("/checkout/", name="checkout", timeout=PATIENCE).text
        email = f"{BATCH}-{random.randrange(10**9)}@palace.example"
        data = {"name": "Asha", "email": email, "address": "2 Lotus Lane"}
        if self.send("/checkout/", form or "", data, "/order/"):
            SEEN["orders"] += 1

    def open(self, path, name, person, texts):
        """Return a page, once it is known to be the right one for *person*."""
        self.client.cookies.clear()
        self.client.cookies.update(person["cookies"] if person else {})
        with self.client.get(path, name=name, timeout=PATIENCE, catch_response=True) as answer:
            problem = problem_with(answer, person, texts)
            if problem:
                answer.failure(problem)
                return ""
            return answer.text

    def send(self, path, form, data, leads_to):
        """Send a form with its token; return whether it led on."""
        token = TOKEN.search(form)
        data = {**data, "csrfmiddlewaretoken": token[1] if token else ""}
        name = path.split("/")[1]
        with self.client.post(
            path, data, name=name, timeout=PATIENCE, allow_redirects=False, catch_response=True
        ) as answer:
            location = answer.headers.get("location") or "" if answer.headers else ""
            if answer.status_code not in SENT_ON:
                answer.failure(f"status {answer.status_code}: {name}")
                return False
            if leads_to not in location:
                answer.failure(f"a form led elsewhere: {name} to {location or '–'}")
                return False
            return True


def problem_with(answer, person, texts):
    """Return what is wrong with a page; nothing where it is right."""
    if answer.status_code != 200:
        return f"status {answer.status_code}"
    text = html.unescape(answer.text or "")
    if "</html>" not in text:
        return "the page is cut off"
    for other in CUSTOMERS:
        if other is not person and other["token"] in text:
            who = person["name"] if person else "a stranger"
            return f"the wrong name: {who} was greeted as {other['name']}"
    if person and person["token"] not in text:
        return f"no greeting: {person['name']} was not greeted"
    for name in random.sample(texts, min(5, len(texts))):
        if name not in text:
            return f"a name is missing: {name}"
    return ""
