"""Visitors who arrive at a fixed rate, whatever the shop does, and look at one category each.

Nobody waits for the answer of somebody else: what the shop does not answer in time piles up.
With several workers, each lets in its part of them, in turns with the others.
Runs alone too: `locust -f locustfile.py -H http://127.0.0.1:8000 -u 1 -t 8s`, with `LEVELUP_RATE`
for another rate than ten visitors per second. With `LEVELUP_FACTS` it knows what each page must
show, and counts every other answer as a failure.
"""

import html
import json
import os
import re
import time
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import gevent
from locust import HttpUser, task
from locust.exception import StopUser
from locust.runners import WorkerRunner

RATE = float(os.environ.get("LEVELUP_RATE") or 0) or 10.0
PATIENCE = 30.0
"""Seconds after which a visitor gives up."""
LAST_ANSWERS = 2.5
"""Seconds the answers that are still out may take after the last arrival."""
CARD = re.compile(r'data-product="([^"]+)"')
VALUE = r"(?<![\w.]){}(?![\w.]*\d)"
"""A value where a card says it, and not within another one."""
SHELF = re.compile(r'href="(/category/[^"]+/)"')


def facts():
    """Return what the tutor knows about the data; nothing where it is not there."""
    path = os.environ.get("LEVELUP_FACTS")
    return json.loads(Path(path).read_text()) or {} if path else {}


FACTS = facts()
PAGES = FACTS.get("pages", {})
"""By path, what stands on the card of each product, by its slug and in order."""
CHANGED = FACTS.get("changed", {})
"""The path and the slug of a product whose price changes, and the file that says what it costs once
everybody must see it; not on other machines."""


class Crowd(HttpUser):
    """Everybody who arrives: one user of Locust plays them all.

    Over a connection of one's own, as each newcomer has: one that was kept may be gone by now.
    FastHttpUser would send what was dropped again, and tell nobody.
    """

    def on_start(self):
        """Have nobody inherit a connection or a cookie of somebody else."""
        self.client.headers["Connection"] = "close"
        self.client.hooks["response"].append(lambda *_answer, **_how: self.client.close())
        self.client.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    @task
    def arrive(self):
        """Let visitors in at their times, then wait a moment for the last answers."""
        paths = list(PAGES) or self.shelves()
        seconds = self.environment.parsed_options.run_time or 8
        offered = max(1, round(RATE * seconds))
        mine = range(*part_of(self.environment, offered))
        self.offered = self.right = self.wrong = 0
        late = []
        began = time.monotonic()
        visits = []
        for number in mine:
            due = began + number / RATE
            gevent.sleep(max(0.0, due - time.monotonic()))
            late.append(time.monotonic() - due)
            self.offered += 1
            visits.append(gevent.spawn(self.visit, paths[number % len(paths)]))
        gevent.sleep(max(0.0, began + offered / RATE - time.monotonic()))
        self.environment.extra = {
            "offered": self.offered,
            "answered": self.right + self.wrong,
            "right": self.right,
            "backlog": self.offered - self.right - self.wrong,
            "late_ms": round(1000 * sorted(late)[int(0.95 * (len(late) - 1))], 1),
            "began": began,
            "ended": time.monotonic(),
        }
        gevent.joinall(visits, timeout=LAST_ANSWERS)
        if not isinstance(self.environment.runner, WorkerRunner):
            self.environment.runner.quit()
        raise StopUser

    def visit(self, path):
        """Open a category and see whether all of it is there."""
        price = price_by_now(path)
        with self.client.get(
            path,
            name="category",
            timeout=PATIENCE,
            allow_redirects=False,
            catch_response=True,
        ) as response:
            problem = problem_with(response, PAGES.get(path, {}), price)
            if problem:
                self.wrong += 1
                response.failure(problem)
            else:
                self.right += 1

    def shelves(self):
        """Return the categories that the front page leads to."""
        text = self.client.get("/", name="front").text or ""
        return sorted(set(SHELF.findall(text))) or ["/"]


def part_of(environment, whole):
    """Return the range of what this process does of *whole*: everything, or a worker's part."""
    workers = environment.parsed_options.expect_workers
    return environment.runner.worker_index % workers, whole, workers


def price_by_now(path):
    """Return what the product costs whose price has changed; nothing as long as it may be old."""
    file = Path(CHANGED.get("file", ""))
    return file.read_text() if path == CHANGED.get("path") and file.is_file() else ""


def problem_with(response, products, price=""):
    """Return what is wrong with a category; nothing where it is right."""
    if response.status_code != 200:
        return f"status {response.status_code}"
    text = response.text or ""
    slugs = CARD.findall(text)
    if products and slugs != list(products):
        return f"other cards than belong there: {len(slugs)} instead of {len(products)}"
    if not slugs:
        return "no card at all"
    shown = dict(zip(slugs, CARD.split(text)[2::2], strict=True))
    for slug, fields in products.items():
        card = html.unescape(shown[slug])
        for field, value in fields.items():
            if not re.search(VALUE.format(re.escape(value)), card):
                return f"a card without its {field}: {slug}, {value}"
    if price and not re.search(VALUE.format(re.escape(price)), shown[CHANGED["slug"]]):
        return f"an old price: {CHANGED['slug']}, which costs {price}"
    if "</html>" not in text:
        return "the page is cut off"
    return ""
