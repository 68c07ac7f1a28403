"""Write what Locust sees, twice a second, as JSON lines.

Loaded by Locust beside the level's locustfile; imports nothing of the tutor.
"""

import json
import os
import time

import gevent
from locust import events
from locust.runners import WorkerRunner

INTERVAL = 0.5


@events.init.add_listener
def report(environment, **_kwargs):  # type: ignore[no-untyped-def]
    """Start reporting, where somebody wants to know."""
    path = os.environ.get("LEVELUP_SAMPLES")
    if path and not isinstance(environment.runner, WorkerRunner):
        errors: dict[str, int] = {}

        @environment.events.request.add_listener
        def remember(exception=None, **_kwargs):  # type: ignore[no-untyped-def]
            if exception is not None and (str(exception) in errors or len(errors) < 20):
                errors[str(exception)] = errors.get(str(exception), 0) + 1

        @environment.events.quitting.add_listener
        def finish(**_kwargs):  # type: ignore[no-untyped-def]
            write(path, sample(environment, began, last=True, errors=errors))

        began = time.monotonic()
        gevent.spawn(run, environment, path, began)


def run(environment, path, began):  # type: ignore[no-untyped-def]
    """Write a sample every :data:`INTERVAL` seconds until Locust ends."""
    while True:
        gevent.sleep(INTERVAL)
        write(path, sample(environment, began))


def sample(environment, began, *, last=False, errors=None):  # type: ignore[no-untyped-def]
    """Return what was seen so far."""
    total = environment.stats.total
    return {
        "second": round(time.monotonic() - began, 3),
        "users": environment.runner.user_count if environment.runner else 0,
        "requests": total.num_requests,
        "failures": total.num_failures,
        "p50_ms": percentile(total, 0.5, last),
        "p95_ms": percentile(total, 0.95, last),
        "average_rps": total.total_rps,
        "cpu_percent": getattr(environment.runner, "current_cpu_usage", 0),
        "last": last,
        "errors": errors or {},
        "extra": getattr(environment, "extra", {}),
    }


def percentile(total, share, last):  # type: ignore[no-untyped-def]
    """Return a percentile in milliseconds: of the last seconds, or of everything at the end."""
    value = None
    if not last and total.use_response_times_cache:
        value = total.get_current_response_time_percentile(share)
    return value or total.get_response_time_percentile(share) or 0


def write(path, line):  # type: ignore[no-untyped-def]
    """Append one line."""
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
