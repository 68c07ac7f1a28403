"""Readers of the newsletter: they come in waves, and no wave waits for the one before.

Runs alone too: `locust -f locustfile.py -H http://127.0.0.1:8000 -u 37 -r 37 -t 9s`. Every user
sends one request per wave, answered or not: the load is open. `LEVELUP_RATE` is the number of
requests per second, on the average of a wave and the pause after it. With `LEVELUP_FACTS` it knows
what the warehouse says and counts every other answer as a failure.
"""

import csv
import json
import os
import random
import re
import time
from pathlib import Path

import gevent
import requests
from gevent.event import Event
from gevent.lock import BoundedSemaphore
from locust import HttpUser, events, task

PATIENCE = 10.0
"""Seconds after which a reader gives up."""
RATE = float(os.environ.get("LEVELUP_RATE") or 18.5)
SLUG = re.compile(r'href="/product/([-\w]+)/"')


def facts():
    """Return what the tutor knows about the data; nothing where it is not there."""
    path = os.environ.get("LEVELUP_FACTS")
    return json.loads(Path(path).read_text()) or {} if path else {}


DELIVERIES = facts().get("deliveries", {})
"""By slug, the dates and the docks that the pages of the warehouse's book say, in order."""
STOCK = facts().get("stock", [])
"""The lines of the stock list."""
COUNTED = facts().get("counted", [])
"""The line of it that has a piece more with each page of the book."""
TURNED = facts().get("turned", "")
"""The file that has a byte for each page of the book that was turned; not on other machines."""


class Waves:
    """The timetable all users share."""

    def __init__(self):
        self.all_here = Event()
        self.begin = 0.0
        self.pause = 0.0
        self.last = 0
        self.extra = {"offered": 0, "late_ms": 0.0, "waves": 0, "backlog": 0}
        """Among them: how many of the waves before still waited when a wave came, at most."""
        self.pending = []
        self.begun = 0

    def start(self, environment, users):
        """Begin: everybody is here."""
        seconds = environment.parsed_options.run_time if environment.parsed_options else 0
        self.pause = users / RATE
        self.begin = time.monotonic() + 0.1
        # The last wave has a pause after it too, to be answered in.
        self.last = int((seconds - 1) // self.pause) if seconds else 10**6
        self.extra["waves"] = self.last
        self.all_here.set()

    def wait_for(self, number):
        """Sleep until wave *number*; return whether there is one."""
        self.all_here.wait()
        if number >= self.last:
            gevent.sleep(0.2)
            return False
        due = self.begin + number * self.pause
        gevent.sleep(max(0.0, due - time.monotonic()))
        late = (time.monotonic() - due) * 1000
        self.extra["late_ms"] = round(max(self.extra["late_ms"], late), 1)
        if number > self.begun:
            self.begun = number
            waiting = sum(not one.ready() for one in self.pending)
            self.extra["backlog"] = max(self.extra["backlog"], waiting)
        return True

    def offer(self, request, *arguments):
        """Send a request that nobody waits for."""
        self.extra["offered"] += 1
        self.pending.append(gevent.spawn(request, *arguments))


WAVES = Waves()
ONE_AT_A_TIME = BoundedSemaphore(1)


@events.init.add_listener
def begin(environment, **_kwargs):
    """Send the first wave as soon as everybody is here; tell how many requests were offered."""
    environment.extra = WAVES.extra

    @environment.events.spawning_complete.add_listener
    def everybody_is_here(user_count, **_kwargs):
        if not WAVES.all_here.is_set():
            WAVES.start(environment, user_count)


@events.test_stop.add_listener
def finish(**_kwargs):
    """Wait for what is still under way; each of them ends with its reader's patience."""
    gevent.joinall(WAVES.pending, timeout=PATIENCE + 1)


class Patient(HttpUser):
    """Somebody who sends one request with each wave."""

    abstract = True
    wave = 0

    def on_start(self):
        """Find out what there is to ask for, where nobody told us; one does it for all.

        Each request has a connection of its own: one that was kept may be gone.
        """
        self.client.headers["Connection"] = "close"
        self.client.hooks["response"].append(lambda *_answer, **_how: self.client.close())
        with ONE_AT_A_TIME:
            if not Reader.slugs:
                Reader.slugs = sorted(set(SLUG.findall(self.client.get("/", name="front").text)))

    @task
    def come(self):
        """Wait for the next wave and be part of it."""
        if WAVES.wait_for(self.wave):
            self.wave += 1
            WAVES.offer(self.ask)

    def fetch(self, path, name, problem_with):
        """Ask for *path* over a new connection, as a new visitor does, and check the answer."""
        with self.client.get(
            path,
            name=name,
            timeout=PATIENCE,
            allow_redirects=False,
            catch_response=True,
        ) as response:
            if problem := problem_of(response) or problem_with(response):
                response.failure(problem)


class Reader(Patient):
    """Somebody who clicks on "When will it be here?" in the newsletter."""

    slugs = sorted(DELIVERIES)

    def ask(self):
        """Open the delivery page of some product."""
        slug = random.choice(self.slugs)
        since = pages_turned()

        def problem_with(response):
            for told in DELIVERIES.get(slug, [["data-delivery"]]):
                if not any(word in response.text for word in told[since:]):
                    is_old = any(word in response.text for word in told[:since])
                    return "not what the warehouse says" + " any more" * is_old
            return "" if "</html>" in response.text else "the page is cut off"

        self.fetch(f"/product/{slug}/delivery/", "delivery", problem_with)


class Warehouse(Patient):
    """The warehouse, which fetches the stock list in the middle of all that."""

    fixed_count = 1

    def ask(self):
        """Fetch the whole stock list."""

        since = pages_turned()

        def problem_with(response):
            rows = list(csv.reader(response.text.splitlines()))[1:]
            return problem_with_list(rows, since) if STOCK else ""

        self.fetch("/stock.csv", "stock list", problem_with)


def problem_with_list(rows, since):
    """Return what is wrong with a stock list for who asked when *since* pages were turned."""
    said = next((row[3] for row in rows if row[:3] == COUNTED[:3]), "")
    told = [[*row[:3], said] if row == COUNTED else row for row in STOCK]
    if rows != told or not said.isdigit():
        return "the stock list is wrong"
    is_old = int(said) < int(COUNTED[3]) + since
    return "not what the warehouse says any more" if is_old else ""


def pages_turned():
    """Return which page of the book is open: nobody who asks now may be told an earlier one."""
    file = Path(TURNED)
    return file.stat().st_size if TURNED and file.exists() else 0


def problem_of(response):
    """Return what went wrong before there was anything to read."""
    error = response.error
    if isinstance(error, requests.exceptions.Timeout):
        return f"no answer within {PATIENCE:g} s"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the answer is cut off"
    if response.status_code == 0:
        return f"no answer: {type(error).__name__}"
    return "" if response.status_code == 200 else f"status {response.status_code}"
