"""A seat in a room: joins, polls every ten seconds with jitter, and plays.

`LEVELUP_BENCH_CODE` is the code of the room; what the room took is written to
`LEVELUP_BENCH_COUNT` at the end.
"""

import os
from pathlib import Path
from typing import Any

from locust import HttpUser, between, events, task

CODE = os.environ["LEVELUP_BENCH_CODE"]
AT = "2026-05-04T10:00:00+00:00"
LEVEL = "01_n_plus_one"
taken: dict[int, int] = {}


class Seat(HttpUser):
    """One learner's tutor."""

    wait_time = between(3.5, 6.5)

    def on_start(self) -> None:
        """Take a seat."""
        nickname = f"seat {id(self)}"
        seat = self.client.post(
            "/api/1/join", json={"code": CODE, "nickname": nickname}, name="join"
        ).json()
        self.number = seat["seat"]
        self.client.headers["Authorization"] = f"Bearer {seat['token']}"
        self.n, self.tag, self.cursor = 0, "", 0
        self.send(self.event("level_opened", level=LEVEL))

    def event(self, kind: str, **data: Any) -> dict[str, Any]:
        """Return the next event."""
        self.n += 1
        return {"n": self.n, "at": AT, "kind": kind, "data": data}

    def send(self, *told: dict[str, Any]) -> None:
        """Tell the room."""
        answer = self.client.post("/api/1/events", json={"events": told}, name="events")
        taken[self.number] = answer.json()["taken"]

    @task
    def poll(self) -> None:
        """Ask for what is new."""
        headers = {"If-None-Match": self.tag} if self.tag else {}
        answer = self.client.get(f"/api/1/poll?after={self.cursor}", headers=headers, name="poll")
        self.tag = answer.headers["ETag"]
        if answer.status_code == 200:
            self.cursor = answer.json()["cursor"]

    @task
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


def write_count(**_: Any) -> None:
    """Say how many events the room has taken."""
    Path(os.environ["LEVELUP_BENCH_COUNT"]).write_text(str(sum(taken.values())))


events.quitting.add_listener(write_count)  # type: ignore[no-untyped-call]
