"""Write what Locust sees, twice a second, as JSON lines.

Loaded by Locust beside the level's locustfile; imports nothing of the tutor. Locust is alone, or
the master of workers, each of which reports its part (``part.py``). What failed is counted beside
it (``tally.py``).
"""

import json
import os
import time

import gevent
import gevent.event
import tally
from locust import events
from locust.runners import MasterRunner, WorkerRunner

INTERVAL = 0.5
LAST_REPORTS = 5.0
"""Seconds in which workers that have stopped send their last report."""
MOMENTS = ("began", "top", "ended", "failed")
"""What of ``environment.extra`` is a moment, by the clock of whoever tells it."""
WORST = ("late_ms", "waves")
"""What of it is not added up over the workers: the greatest counts."""


@events.init.add_listener
def report(environment, **_kwargs):
    """Start reporting, where somebody wants to know."""
    path = os.environ.get("LEVELUP_SAMPLES")
    if not path or isinstance(environment.runner, WorkerRunner):
        return
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(MasterReporter(environment, path).run)
    else:
        report_alone(environment, path)


def report_alone(environment, path):
    """Report what this process does."""
    ended = []

    @environment.events.test_stop.add_listener
    def end(**_kwargs):
        # By now who was being served has got an answer.
        ended.append(time.monotonic())

    @environment.events.quitting.add_listener
    def finish(**_kwargs):
        write(path, now(last=True) | {"errors": environment.tally})

    def now(*, last=False):
        runner, total = environment.runner, environment.stats.total
        seconds = (ended[-1] if ended else time.monotonic()) - began
        return sample(total, began, runner, last) | {
            # Locust's own ends with the last answer, and does not fit the seconds that are told.
            "average_rps": total.num_requests / seconds if seconds else 0.0,
            "cpu_percent": getattr(runner, "current_cpu_usage", 0),
            "extra": getattr(environment, "extra", {}),
        }

    def run():
        while True:
            gevent.sleep(INTERVAL)
            write(path, now())

    # Locust's timer for the end begins where gevent last looked at the clock: before the imports
    # (findings/locust-run-time-begins-before-the-imports.sh). A crowded machine took seconds away.
    gevent.get_hub().loop.update_now()
    began = time.monotonic()
    gevent.spawn(run)


class MasterReporter:
    """What all workers do, put together; also keeps their time."""

    def __init__(self, environment, path):
        self.environment = environment
        self.runner = environment.runner
        self.path = path
        self.parts = {}
        """The last report of each worker."""
        self.known = set()
        """The workers the load began with."""
        self.began = self.ended = 0.0
        self.start = gevent.event.Event()
        environment.events.worker_report.add_listener(self.hear)
        environment.events.test_start.add_listener(self.begin)

    def hear(self, client_id, data):
        """Take a worker's report, its moments in our time."""
        part = data.get("part")
        if part is None:
            return
        ahead = part["now"] - time.monotonic()
        moved = {n: v - ahead if n in MOMENTS else v for n, v in part["extra"].items()}
        self.parts[client_id] = part | {"extra": moved}

    def begin(self, **_kwargs):
        """Remember who is there."""
        self.began = time.monotonic()
        self.known = set(self.runner.clients)
        self.start.set()

    def run(self):
        """Report who has come, then what happens; end the load when its time is up."""
        while not self.start.wait(INTERVAL):
            write(self.path, {"joined": len(self.runner.clients)})
        write(self.path, {"joined": len(self.known)})
        until = self.began + float(os.environ["LEVELUP_SECONDS"])
        while time.monotonic() < until:
            gevent.sleep(min(INTERVAL, max(0.0, until - time.monotonic())))
            write(self.path, self.sample())
            write(self.path, self.changed())
        self.ended = time.monotonic()
        self.runner.stop()
        deadline = time.monotonic() + LAST_REPORTS
        while self.unfinished() and time.monotonic() < deadline:
            gevent.sleep(0.1)
        write(self.path, {"lost": self.unfinished(), "more": 0})
        write(self.path, self.sample(last=True))
        self.runner.quit()

    def changed(self):
        """Return how many workers were lost, and how many came too late to belong to the load."""
        here = {node.id for node in self.runner.clients.all} - {
            node.id for node in self.runner.clients.missing
        }
        return {"lost": len(self.known - here), "more": len(here - self.known)}

    def unfinished(self):
        """Return how many workers have not sent their last report."""
        return sum(not self.parts.get(one, {}).get("over") for one in self.known)

    def sample(self, *, last=False):
        """Return what was seen so far."""
        parts = [self.parts[one] for one in sorted(self.known & set(self.parts))]
        total = self.environment.stats.total
        seconds = (self.ended or time.monotonic()) - self.began
        return sample(total, self.began, self.runner, last) | {
            # By our own clock: theirs may differ.
            "average_rps": total.num_requests / seconds if seconds else 0.0,
            "cpu_percent": max((part["cpu_percent"] for part in parts), default=0),
            "errors": tally.together([part["errors"] for part in parts]),
            "extra": together([part["extra"] for part in parts if part["extra"]]),
        }


def together(extras):
    """Return what several workers counted as if one had."""
    found = {}
    for name in {name for extra in extras for name in extra}:
        values = [extra[name] for extra in extras if name in extra]
        if name in ("began", "failed"):
            found[name] = min(values)
        else:
            found[name] = max(values) if name in (*MOMENTS, *WORST) else sum(values)
    return found


def sample(total, began, runner, last):
    """Return what any Locust has seen so far."""
    return {
        "second": round(time.monotonic() - began, 3),
        "users": runner.user_count if runner else 0,
        "requests": total.num_requests,
        "failures": total.num_failures,
        "p50_ms": percentile(total, 0.5, last),
        "p95_ms": percentile(total, 0.95, last),
        "last": last,
        "errors": {},
    }


def percentile(total, share, last):
    """Return a percentile in milliseconds: of the last seconds, or of everything at the end."""
    value = None
    if not last and total.use_response_times_cache:
        value = total.get_current_response_time_percentile(share)
    return value or total.get_response_time_percentile(share) or 0


def write(path, line):
    """Append one line."""
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
