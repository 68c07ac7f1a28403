"""Queues and workers: what waits where, who serves it, and what became of the jobs."""

import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from typing import Any

from tutor.probes.jobs import BEAT, EventSummary, Job, Listener, WorkerState
from tutor.stack.gauge import Gauge, Reading, ServiceReading
from tutor.stack.naming import SITE

DEFAULT_QUEUE = "celery"
"""Where a job waits that names no queue."""
RUNNING = ("taken", "working")
LONG_ENOUGH = BEAT + 0.3
"""Seconds in which each worker says at least once how it is."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue."""

    name: str
    waiting: int
    workers: tuple[str, ...]
    """The workers that serve it; nobody takes what waits where there is none."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker of ``stack.toml``."""

    title: str
    queues: tuple[str, ...]
    running: bool
    cpu_percent: float
    active: int | None
    """Jobs in its hands; None as long as it has not said so."""
    processed: int | None
    """Jobs it took in hand since it started."""
    jobs: tuple[Job, ...]
    """Those in its hands that were seen to be taken."""


@dataclass(frozen=True, slots=True)
class Work:
    """Everything about the jobs of one shop, at one moment."""

    has_broker: bool = False
    """Whether the shop has a Redis at all."""
    for_people: bool = True
    """Whether it is the shop in the browser; a run counts the messages of a shop of its own."""
    answers: bool = False
    """Whether that Redis answered."""
    port: int = 0
    queues: tuple[Queue, ...] = ()
    taken: int = 0
    """Messages that a worker took and has not acknowledged."""
    workers: tuple[Worker, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    """Since somebody listens, how many jobs got into each state."""
    recent: tuple[Job, ...] = ()
    """The newest first."""

    @property
    def waiting(self) -> int:
        """Return how many messages wait, in all queues."""
        return sum(queue.waiting for queue in self.queues)

    def count(self, state: str) -> int:
        """Return how many jobs got into *state* since somebody listens."""
        return dict(self.counts).get(state, 0)

    def to_json(self) -> dict[str, Any]:
        """Return the look as plain data."""
        return {
            "broker": self.port or None,
            "answers": self.answers,
            "waiting": self.waiting,
            "taken": self.taken,
            "queues": [asdict(queue) for queue in self.queues],
            "workers": [asdict(worker) for worker in self.workers],
            "counts": dict(self.counts),
            "jobs": [asdict(job) for job in self.recent],
        }


def work_heard(gauge: Gauge) -> Work:
    """Listen until each worker has said how it is, and return the work of one shop."""
    port = broker_port(of_one_shop(gauge.look()))
    with Listener(port) if port else nullcontext() as listener:
        if listener is not None:
            time.sleep(LONG_ENOUGH)
        return work_of(of_one_shop(gauge.look()), listener.read() if listener else None)


def of_one_shop(reading: Reading) -> Reading:
    """Return what belongs to the shop for people, or to the only one that runs."""
    sites = reading.sites
    return reading.of_site(SITE if SITE in sites else sites[0]) if sites else Reading(reading.at)


def broker_port(reading: Reading | None) -> int:
    """Return the port of the shop's Redis; 0 where none runs."""
    redis = _broker(reading)
    return redis.port if redis and redis.running else 0


def _broker(reading: Reading | None) -> ServiceReading | None:
    services = reading.services if reading else ()
    return next((service for service in services if service.kind == "redis"), None)


def work_of(reading: Reading | None, heard: EventSummary | None) -> Work:
    """Put together what the monitor saw of one shop and what was *heard* of its workers."""
    redis = _broker(reading)
    if reading is None or redis is None:
        return Work()
    heard = heard or EventSummary()
    found = [service for service in reading.services if service.kind == "worker"]
    states = {state.name.partition("@")[0]: state for state in heard.workers}
    workers = tuple(_worker(service, states.get(service.title), heard) for service in found)
    lengths: Mapping[str, int] = redis.figures.get("queues", {})
    served = [queue for worker in workers for queue in worker.queues]
    names = dict.fromkeys([*served, *lengths] or [DEFAULT_QUEUE])
    return Work(
        has_broker=True,
        for_people=SITE in reading.sites or not reading.sites,
        answers="queues" in redis.figures,
        port=redis.port if redis.running else 0,
        queues=tuple(_queue(name, lengths.get(name, 0), workers) for name in names),
        taken=redis.figures.get("taken", 0),
        workers=workers,
        counts=heard.counts,
        recent=heard.jobs,
    )


def _queue(name: str, waiting: int, workers: tuple[Worker, ...]) -> Queue:
    serving = tuple(worker.title for worker in workers if worker.running and name in worker.queues)
    return Queue(name, waiting, serving)


def _worker(service: ServiceReading, state: WorkerState | None, heard: EventSummary) -> Worker:
    jobs = [job for job in heard.jobs if job.worker.partition("@")[0] == service.title]
    return Worker(
        title=service.title,
        queues=tuple(service.figures.get("serves", ())),
        running=service.running,
        cpu_percent=service.cpu_percent,
        active=state.active if state and service.running else None,
        processed=state.processed if state and service.running else None,
        jobs=tuple(job for job in jobs if job.state in RUNNING),
    )
