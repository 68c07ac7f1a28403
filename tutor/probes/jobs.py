"""What Celery's workers tell of themselves, overheard in Redis: no worker is asked anything.

Workers that run with ``--task-events`` publish each step of a job, and every two seconds how they
are. Whoever listens takes nothing away from anybody.
"""

import base64
import binascii
import contextlib
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Self

from tutor.machine.ports import LOOPBACK

CHANNELS = "*celeryev*"
"""Where kombu publishes events, whatever prefix the shop's settings put before it."""
BEAT = 2.0
"""Seconds between two signs of life of a worker."""
SILENT = 3 * BEAT
"""Seconds without one after which a worker counts as gone."""
REMEMBERED = 200
"""Jobs that are remembered; the oldest that are over are forgotten first."""
RETRY = 1.0
"""Seconds before a Redis that does not answer is tried again."""
STATES = {
    "task-sent": "sent",
    "task-received": "taken",
    "task-started": "working",
    "task-succeeded": "done",
    "task-failed": "failed",
    "task-rejected": "rejected",
    "task-revoked": "revoked",
    "task-retried": "retried",
}
"""By event, the state in which a job is afterwards."""
OVER = ("done", "failed", "rejected", "revoked")


@dataclass(frozen=True, slots=True)
class Job:
    """One job as it was last heard of."""

    id: str
    name: str = ""
    """The task's name, for example ``orders.tasks.confirm_order``."""
    args: str = ""
    """As the worker wrote them down."""
    worker: str = ""
    state: str = "sent"
    at: float = 0.0
    """Seconds since the epoch of the last step."""
    seconds: float | None = None
    """How long it took, where it is done."""
    error: str = ""
    taken: int = 0
    """How often a worker took it: more than once where it was handed out again."""


@dataclass(frozen=True, slots=True)
class WorkerState:
    """One worker as it was last heard of."""

    name: str
    """Its name and its server, for example ``worker@server1``."""
    at: float = 0.0
    active: int = 0
    processed: int = 0
    """Jobs it has taken in hand since it started."""


@dataclass(frozen=True, slots=True)
class EventSummary:
    """What was heard since somebody began to listen."""

    jobs: tuple[Job, ...] = ()
    """The newest first."""
    workers: tuple[WorkerState, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    """How many jobs got into each state, and how many were taken ``again``."""

    def count(self, state: str) -> int:
        """Return how many jobs got into *state*."""
        return dict(self.counts).get(state, 0)


class Ledger:
    """Keeps book of events; knows nothing of sockets."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._workers: dict[str, WorkerState] = {}
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def note(self, event: dict[str, Any]) -> None:
        """Take in one event."""
        kind = str(event.get("type", ""))
        with self._lock:
            if kind.startswith("worker-"):
                self._note_worker(kind, event)
            elif kind in STATES and event.get("uuid"):
                self._note_job(STATES[kind], event)

    def _note_worker(self, kind: str, event: dict[str, Any]) -> None:
        name = str(event.get("hostname", ""))
        if kind == "worker-offline":
            self._workers.pop(name, None)
            return
        self._workers[name] = WorkerState(
            name, time.time(), int(event.get("active") or 0), int(event.get("processed") or 0)
        )

    def _note_job(self, state: str, event: dict[str, Any]) -> None:
        name = str(event["uuid"])
        job = self._jobs.pop(name, Job(name))
        self._counts[state] += 1
        if state == "taken":
            # A retry is sent anew under the same name: nobody handed it out a second time.
            again = bool(job.taken) and job.state != "retried"
            self._counts["again"] += again
            job = replace(job, taken=job.taken + 1)
        # The newest stand at the end.
        self._jobs[name] = replace(
            job,
            name=str(event.get("name") or job.name),
            args=str(event.get("args") or job.args),
            worker=job.worker if state == "sent" else str(event.get("hostname") or job.worker),
            state=state,
            at=float(event.get("timestamp") or time.time()),
            seconds=event.get("runtime", job.seconds),
            error=str(event.get("exception") or "") or job.error,
        )
        self._forget()

    def _forget(self) -> None:
        while len(self._jobs) > REMEMBERED:
            over = (name for name, job in self._jobs.items() if job.state in OVER)
            del self._jobs[next(over, next(iter(self._jobs)))]

    def read(self) -> EventSummary:
        """Return what was heard up to now; workers that fell silent are left out."""
        now = time.time()
        with self._lock:
            alive = tuple(w for w in self._workers.values() if now - w.at < SILENT)
            return EventSummary(
                tuple(reversed(self._jobs.values())), alive, tuple(self._counts.items())
            )


class Listener:
    """Listens to the workers of one shop, in a thread of its own, until it is closed."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.ledger = Ledger()
        self._over = threading.Event()
        self._socket: socket.socket | None = None
        threading.Thread(target=self._run, name="listener", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def read(self) -> EventSummary:
        """Return what was heard up to now."""
        return self.ledger.read()

    def close(self) -> None:
        """Listen no more."""
        self._over.set()
        connection = self._socket
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        while not self._over.is_set():
            # Whatever a shop publishes there, people go on seeing the rest.
            with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
                self._listen()
            self._over.wait(RETRY)

    def _listen(self) -> None:
        with socket.create_connection((LOOPBACK, self.port), 2.0) as connection:
            self._socket = connection
            if self._over.is_set():
                return
            connection.settimeout(None)
            connection.sendall(f"PSUBSCRIBE {CHANNELS}\r\n".encode())
            with connection.makefile("rb") as lines:
                while not self._over.is_set():
                    message = _answer(lines)
                    if isinstance(message, list) and message[:1] == [b"pmessage"]:
                        for event in events_in(message[-1]):
                            self.ledger.note(event)


def _answer(lines: BinaryIO) -> Any:
    """Return the next thing that Redis says.

    Raises:
        ValueError: it said nothing any more, or something else than an answer.
    """
    line = lines.readline()
    kind, rest = line[:1], line[1:].strip()
    if kind == b"*":
        return [_answer(lines) for _ in range(int(rest))]
    if kind == b"$":
        size = int(rest)
        return lines.read(size + 2)[:-2] if size >= 0 else None
    if kind in (b":", b"+"):
        return rest
    raise ValueError(f"Redis says {line!r}")


def events_in(message: bytes) -> Iterator[dict[str, Any]]:
    """Yield the events of one message; some travel in company. What cannot be read is skipped."""
    try:
        envelope = json.loads(message)
        body = envelope["body"]
        if envelope.get("properties", {}).get("body_encoding") == "base64":
            body = base64.b64decode(body)
        events = json.loads(body)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        return
    for event in events if isinstance(events, list) else [events]:
        if isinstance(event, dict):
            yield event
