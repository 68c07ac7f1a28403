"""Visitors who look around, each with the analytics cookies of their own browser.

Runs alone too: `locust -f locustfile.py -H http://127.0.0.1:8000`. With `LEVELUP_FACTS` it knows
what each page must show and counts every other answer as a failure.
"""

import html
import json
import os
import random
from pathlib import Path

import requests
from locust import HttpUser, between, task

CARD = 'data-product="'


def facts():
    """Return what the tutor knows about the data; nothing where it is not there."""
    path = os.environ.get("LEVELUP_FACTS")
    return json.loads(Path(path).read_text()) or {} if path else {}


FACTS = facts()
PAGES = FACTS.get("pages") or {"/": []}
FRAGMENTS = FACTS.get("fragments", [])
"""What scripts load into the pages."""


class Visitor(HttpUser):
    """Somebody who was never here before."""

    wait_time = between(0.02, 0.08)

    def on_start(self):
        """Send each request over a connection of its own: one that was kept may be gone."""
        self.client.headers["Connection"] = "close"
        self.client.hooks["response"].append(lambda *_answer, **_how: self.client.close())

    @task
    def look_around(self):
        """Come in with new cookies and open a page; now and then another one."""
        self.client.cookies.clear()
        number = random.randrange(10**9)
        cookies = {"_ga": f"GA1.1.{number}", "_gid": f"GA1.1.{random.randrange(10**9)}"}
        for path in random.sample(list(PAGES), random.randint(1, len(PAGES))):
            cookies["_ga_7X2"] = f"GS1.1.{random.randrange(10**12)}"
            self.client.cookies.update(cookies)
            with self.client.get(
                path, name=path, allow_redirects=False, catch_response=True
            ) as response:
                problem = problem_with(response, PAGES[path], self.loaded())
                if problem:
                    response.failure(problem)

    def loaded(self):
        """Return what scripts load; it is not counted as a page."""
        headers = {"X-Requested-With": "XMLHttpRequest", "HX-Request": "true"}
        url = self.host.rstrip("/")
        return "".join(
            requests.get(url + part, headers=headers, timeout=30).text for part in FRAGMENTS
        )


def problem_with(response, names, loaded=""):
    """Return what is wrong with a page; nothing where it is right."""
    if response.status_code != 200:
        return f"status {response.status_code}"
    if "</html>" not in response.text:
        return "the page is cut off"
    if not names:
        return "" if CARD in response.text + loaded else "no card at all"
    text = html.unescape(response.text + loaded)
    for name in random.sample(names, min(10, len(names))):
        if name not in text:
            return f"a name is missing: {name}"
    return ""
