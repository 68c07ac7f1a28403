"""The level's visitors, sent to one shop by Locust, while its servers are watched."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from tutor.base.errors import TutorError
from tutor.curriculum import LoadPlan
from tutor.events import LoadFinished, LoadSampled, LoadStarted, ServerSampled, WorkersAwaited
from tutor.lab.instruments.context import Context
from tutor.lab.shop import Shop
from tutor.load.crew import Crew
from tutor.load.locust import BUSY, Locust, Sample
from tutor.stack.monitor import Monitor, ServerSample
from tutor.stack.starting import Emit


def send_visitors(
    lab: Context, shop: Shop, plan: LoadPlan, crew: Crew, facts: Any, during: Callable[[], None]
) -> Sample:
    """Run the level's locustfile against *shop*; the totals become measures, and are returned.

    Raises:
        TutorError: the load generator could not keep up, or got no answer at all.
    """
    shop.await_celery()
    shop.full_strength()
    stack, emit = shop.ground.stack, shop.emit
    facts_file = stack.folder / "facts.json"
    facts_file.write_text(json.dumps(facts))
    locustfile, cgroups = lab.level.folder / "locustfile.py", shop.site.servers.beside()
    locust = Locust(stack, locustfile, plan, cgroups, crew)

    def came(count: int) -> None:
        if crew.awaited:
            emit(WorkersAwaited(count, crew.size, crew.invitation))

    emit(LoadStarted(plan.users, plan.seconds, plan.rate))
    watching = monitoring(shop, emit) if shop.site.servers.shares else nullcontext()
    with shop.site.servers.held(), watching:
        total = locust.run(
            shop.url,
            lab.cancel,
            env={"LEVELUP_FACTS": str(facts_file), "LEVELUP_RATE": f"{plan.rate:g}"},
            during=during,
            seen=lambda sample: emit(_sampled(sample)),
            came=came,
        )
    emit(LoadFinished(total.requests, total.failures, total.rps, total.p50_ms, total.p95_ms))
    for measure in ("rps", "requests", "p50_ms", "p95_ms", "failures"):
        lab.measure(measure, getattr(total, measure))
    if total.cpu_percent >= BUSY:
        raise TutorError.named("load_too_slow", percent=total.cpu_percent)
    if total.requests == 0:
        raise TutorError.named("load_unanswered")
    return total


@contextmanager
def monitoring(shop: Shop, emit: Emit) -> Iterator[Monitor]:
    """Sample the servers of *shop* during the block; what was seen is in ``history``."""

    def saw(sample: ServerSample) -> None:
        emit(
            ServerSampled(
                server=sample.server,
                cpu_percent=sample.cpu_percent,
                memory_mb=sample.memory_mb,
                disk_kb_per_second=sample.disk_kb_per_second,
                throttled_percent=sample.throttled_percent,
            )
        )

    with Monitor(shop.site, saw) as monitor:
        yield monitor


def _sampled(sample: Sample) -> LoadSampled:
    return LoadSampled(
        second=sample.second,
        users=sample.users,
        requests=sample.requests,
        failures=sample.failures,
        rps=sample.rps,
        p50_ms=sample.p50_ms,
        p95_ms=sample.p95_ms,
    )
