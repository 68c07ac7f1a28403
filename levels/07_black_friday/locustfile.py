"""Black Friday: visitors arrive in three steps, whatever the shop does.

Strangers look around, customers who are logged in look around, and now and then somebody buys.
Nobody waits for the answer of somebody else: what the shop does not answer in time piles up.
With several workers, each lets in its part of them, in turns with the others.
Runs alone too: `locust -f locustfile.py -H http://127.0.0.1:8000 -u 1 -t 14s`, with `LEVELUP_RATE`
for another rate than ten visitors per second at the top. With `LEVELUP_FACTS` it knows what each
page must show and to whom, and counts every other answer as a failure.
"""

import html
import json
import os
import random
import re
import time
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import gevent
from locust import HttpUser, task
from locust.clients import HttpSession
from locust.exception import StopUser
from locust.runners import WorkerRunner

RATE = float(os.environ.get("LEVELUP_RATE") or 0) or 10.0
STEPS = ((0.3, 0.5), (0.3, 0.75), (0.4, 1.0))
"""Which part of the time, at which part of the rate."""
PATIENCE = 30.0
"""Seconds after which a visitor gives up."""
SENT_ON = (302, 303)
"""How a form that was taken is answered."""
LAST_ANSWERS = 2.5
"""Seconds the answers that are still out may take after the last arrival."""
SHELF = re.compile(r'href="(/category/[^"]+/)"')
CARD = re.compile(r'data-product="([^"]+)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"')


def facts():
    """Return what the tutor knows about the data; nothing where it is not there."""
    path = os.environ.get("LEVELUP_FACTS")
    return json.loads(Path(path).read_text()) or {} if path else {}


FACTS = facts()
PAGES = FACTS.get("pages", {})
CUSTOMERS = FACTS.get("customers", [])
SLUGS = FACTS.get("slugs", [])
BATCH = FACTS.get("batch", "alone")
MIX = FACTS.get("mix", [5, 6])


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
        self.paths = list(PAGES) or self.shelves()
        self.slugs = SLUGS or CARD.findall(self.client.get("/", name="front").text or "")
        seconds = self.environment.parsed_options.run_time or 14
        self.done = self.ordered = arrivals = 0
        self.failed = 0.0
        self.environment.events.request.add_listener(self.note)
        self.worker, workers = part_of(self.environment)
        acts = self.acts()
        late, visits, due = [], [], time.monotonic()
        began = due
        for part, share in STEPS:
            top = due
            for _ in range(max(1, round(RATE * share * seconds * part))):
                if arrivals % workers == self.worker:
                    gevent.sleep(max(0.0, due - time.monotonic()))
                    late.append(time.monotonic() - due)
                    visits.append(gevent.spawn(self.visit, next(acts), arrivals))
                arrivals += 1
                due += 1 / (RATE * share)
        gevent.sleep(max(0.0, due - time.monotonic()))
        self.environment.extra = {
            "offered": len(visits),
            "backlog": len(visits) - self.done,
            "ordered": self.ordered,
            "late_ms": round(1000 * sorted(late)[int(0.95 * (len(late) - 1))], 1),
            "began": began,
            "top": top,
            "ended": time.monotonic(),
        }
        gevent.joinall(visits, timeout=LAST_ANSWERS)
        if self.failed:
            self.environment.extra["failed"] = self.failed
        if not isinstance(self.environment.runner, WorkerRunner):
            self.environment.runner.quit()
        raise StopUser

    def note(self, exception=None, **_request):
        """Note when something went wrong first."""
        if exception and not self.failed:
            self.failed = time.monotonic()

    def acts(self):
        """Yield what the next visitor does: always the same mixture, in changing order."""
        customers, strangers = MIX
        while True:
            acts = [self.customer] * customers + [self.stranger] * strangers + [self.buyer]
            random.shuffle(acts)
            yield from acts

    def visit(self, act, number):
        """Do what one visitor does."""
        act(number)
        self.done += 1

    def stranger(self, number):
        """Come in with the analytics cookies of a browser of one's own, and look around."""
        cookies = {"_ga": f"GA1.1.{random.randrange(10**9)}", "_gid": f"GA1.1.{number}"}
        self.open("stranger", random.choice(["/", *self.paths]), cookies, None)

    def customer(self, number):
        """Come back as somebody the shop knows."""
        person = random.choice(CUSTOMERS) if CUSTOMERS else None
        cookies = dict(person["cookies"]) if person else {}
        cookies["_ga"] = f"GA1.1.{random.randrange(10**9)}"
        self.open("customer", random.choice(self.paths), cookies, person)

    def open(self, who, path, cookies, person):
        """Open a page and see whether all of it is there, for the right one."""
        header = {"Cookie": "; ".join(f"{key}={value}" for key, value in cookies.items())}
        with self.client.get(
            path,
            name=who,
            headers=header,
            timeout=PATIENCE,
            allow_redirects=False,
            catch_response=True,
        ) as response:
            if problem := problem_with(response, path, person):
                response.failure(problem)

    def buyer(self, number):
        """Put something into the cart and check out, with a browser of one's own."""
        events = self.environment.events.request
        with HttpSession(base_url=self.host, request_event=events, user=self) as browser:
            browser.headers["Connection"] = "close"
            browser.hooks["response"].append(lambda *_answer, **_how: browser.close())
            token = TOKEN.search(browser.get("/login/", name="form").text or "")
            data = {"quantity": 1, "csrfmiddlewaretoken": token[1] if token else ""}
            self.send(browser, f"/cart/add/{random.choice(self.slugs)}/", data, "/cart/")
            data |= {"name": "Asha", "address": "2 Lotus Lane"}
            data["email"] = f"{BATCH}-{number}@palace.example"
            if self.send(browser, "/checkout/", data, "/order/"):
                self.ordered += 1

    def send(self, browser, path, data, leads_to):
        """Send a form, which must lead to another page; return whether it did."""
        name = path.split("/")[1]
        with browser.post(
            path,
            data,
            name=name,
            timeout=PATIENCE,
            allow_redirects=False,
            catch_response=True,
        ) as response:
            location = response.headers.get("location") or "" if response.headers else ""
            is_sent_on = response.status_code in SENT_ON
            if not is_sent_on or leads_to not in location:
                response.failure(
                    f"a form led elsewhere: {name} to {location or '–'}"
                    if is_sent_on
                    else f"status {response.status_code}: {name}"
                )
                return False
            return True

    def shelves(self):
        """Return the categories that the front page leads to."""
        text = self.client.get("/", name="front").text or ""
        return sorted(set(SHELF.findall(text))) or ["/"]


def part_of(environment):
    """Return which of how many processes this is: the only one, or one of several workers."""
    workers = environment.parsed_options.expect_workers
    return environment.runner.worker_index % workers, workers


def problem_with(response, path, person):
    """Return what is wrong with a page; nothing where it is right."""
    if response.status_code != 200:
        return f"status {response.status_code}"
    text = html.unescape(response.text or "")
    if "</html>" not in text:
        return "the page is cut off"
    for other in CUSTOMERS:
        if other is not person and other["token"] in text:
            who = person["name"] if person else "a stranger"
            return f"the wrong name: {who} was greeted as {other['name']}"
    if person and person["token"] not in text:
        return f"no greeting: {person['name']} was not greeted"
    names = PAGES.get(path) or [name for names in PAGES.values() for name in names]
    for name in random.sample(names, min(10, len(names))):
        if name not in text:
            return f"a name is missing: {name}"
    return ""
