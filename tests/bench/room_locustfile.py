"""A seat in a room: joins, polls every ten seconds with jitter, and plays.

`LEVELUP_BENCH_CODES` are the codes of the rooms, `LEVELUP_BENCH_RUN` the seconds between two runs
of a seat; how many events each room took is written to `LEVELUP_BENCH_TAKEN` at the end.
"""

import json
import os
import random
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

from locust import FastHttpUser, between, events, task

from tutor.seat.worker import EVERY, JITTER

CODES = os.environ["LEVELUP_BENCH_CODES"].split()
RUN = float(os.environ["LEVELUP_BENCH_RUN"])
AT = "2026-05-04T10:00:00+00:00"
LEVEL = "01_n_plus_one"
numbers = count()
taken: dict[tuple[str, int], int] = {}
"""Up to which number a room has the events of a seat."""


class Seat(FastHttpUser):
    """One learner's tutor: as the real one it makes a connection for each question."""

    wait_time = between(EVERY * (1 - JITTER), EVERY * (1 + JITTER))
    default_headers = {"Connection": "close"}
    connection_timeout = network_timeout = 20.0

    def on_start(self) -> None:
        """Take a seat."""
        number = next(numbers)
        self.code = CODES[number % len(CODES)]
        body = {"code": self.code, "nickname": f"seat {number}"}
        seat = self.client.post("/api/1/join", json=body, name="join").json()
        self.number = seat["seat"]
        self.headers = {"Authorization": f"Bearer {seat['token']}"}
        self.n, self.tag, self.cursor = 0, "", 0
        self.send(self.event("level_opened", level=LEVEL))

    def event(self, kind: str, **data: Any) -> dict[str, Any]:
        """Return the next event."""
        self.n += 1
        return {"n": self.n, "at": AT, "kind": kind, "data": data}

    def send(self, *told: dict[str, Any]) -> None:
        """Tell the room."""
        body = {"events": told}
        answer = self.client.post("/api/1/events", json=body, headers=self.headers, name="events")
        taken[self.code, self.number] = answer.json()["taken"]

    @task
    def look(self) -> None:
        """Ask for what is new; and now and then lose a run."""
        headers = self.headers | ({"If-None-Match": self.tag} if self.tag else {})
        answer = self.client.get(f"/api/1/poll?after={self.cursor}", headers=headers, name="poll")
        assert answer.headers
        self.tag = str(answer.headers["ETag"])
        if answer.status_code == 200:
            self.cursor = answer.json()["cursor"]
        if random.random() < EVERY / RUN:
            self.play()

    def play(self) -> None:
        """Lose a run."""
        start = self.event("run_started", level=LEVEL, quick=False)
        end = self.event(
            "run_finished",
            level=LEVEL,
            outcome="lost",
            quick=False,
            seconds=9.5,
            goals={"queries_bronze": "missed", "correct_under_load": "open", "faster": "open"},
            finding="page_fails",
            findings=["page_fails"],
        )
        self.send(start, end)


def write_taken(**event: Any) -> None:
    """Say how many events each room has taken."""
    sums = Counter[str]()
    for (code, _), last in taken.items():
        sums[code] += last
    Path(os.environ["LEVELUP_BENCH_TAKEN"]).write_text(json.dumps(sums))


events.quitting.add_listener(write_taken)  # type: ignore[no-untyped-call]
