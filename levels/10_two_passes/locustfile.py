"""Customers and strangers, all at once.

Runs alone too: `locust -f locustfile.py -H http://127.0.0.1:8000`. With `LEVELUP_FACTS` it knows
who is logged in, and counts every page on which somebody reads a name that is not theirs as a
failure.
"""

import html
import json
import os
import random
from pathlib import Path

from locust import HttpUser, between, task

CARD = 'data-product="'


def facts():
    """Return what the tutor knows; nothing where it is not there."""
    path = os.environ.get("LEVELUP_FACTS")
    return json.loads(Path(path).read_text()) or {} if path else {}


FACTS = facts()
PAGES = FACTS.get("pages") or {"/": []}
PEOPLE = FACTS.get("people", [])
FRAGMENTS = FACTS.get("fragments", [])
STRANGER = {"name": "a stranger", "token": ""}


class Visitor(HttpUser):
    """Whoever comes in next: a stranger, or one of those who are logged in."""

    wait_time = between(0.02, 0.08)

    def on_start(self):
        """Send each request over a connection of its own: one that was kept may be gone."""
        self.client.headers["Connection"] = "close"
        self.client.hooks["response"].append(lambda *_answer, **_how: self.client.close())

    @task(3)
    def stranger(self):
        """Come in with new cookies and open a page."""
        number = random.randrange(10**9)
        self.open("stranger", {"_ga": f"GA1.1.{number}", "_gid": f"GA1.1.{number}"}, STRANGER)

    @task(2)
    def customer(self):
        """Come back as somebody the shop knows."""
        if PEOPLE:
            person = random.choice(PEOPLE)
            self.open("customer", person["cookies"], person)

    def open(self, who, cookies, person):
        """Open a page, with what its scripts load, and see who it is for."""
        path = random.choice(list(PAGES))
        self.client.cookies.clear()
        header = {"Cookie": "; ".join(f"{key}={value}" for key, value in cookies.items())}
        with self.client.get(
            path, name=who, headers=header, allow_redirects=False, catch_response=True
        ) as response:
            text = html.unescape(response.text)
            text += person.get("reads", "")
            ask = {"X-Requested-With": "XMLHttpRequest", "HX-Request": "true", **header}
            for fragment in FRAGMENTS:
                self.client.cookies.clear()
                text += self.client.get(fragment, name="fragment", headers=ask).text
            problem = problem_with(response, text, PAGES[path], person)
            if problem:
                response.failure(problem)


def problem_with(response, text, products, me):
    """Return what is wrong with a page; nothing where it is right."""
    if response.status_code != 200:
        return f"status {response.status_code}"
    if "</html>" not in text:
        return "the page is cut off"
    for person in PEOPLE:
        if person["token"] != me["token"] and person["token"] in text:
            return f"the wrong name: {me['name']} was greeted as {person['name']}"
    if me["token"] not in text:
        return f"no greeting: {me['name']} was not greeted"
    if CARD not in text and (products or not FACTS):
        return "no card at all"
    for product in random.sample(products, min(5, len(products))):
        if product not in text:
            return f"a name is missing: {product}"
    return ""
