"""A learner whose runs and whose shop are scripted."""

import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.curriculum import Level
from tutor.events import (
    Event,
    FindingMade,
    GoalMeasured,
    LoadFinished,
    LoadSampled,
    LoadStarted,
    Measured,
    PhaseStarted,
    RunCancelled,
    RunFinished,
    RunStarted,
    ServiceStarted,
    ServiceStarting,
    StepStarted,
)
from tutor.judge import Finding, Kind, judge
from tutor.learner.session import Session
from tutor.stack.gauge import Reading, ServerReading, ServiceReading
from tutor.stack.stack import Stack

LINE = {
    "times": 200,
    "statement": "SELECT … FROM catalog_brand WHERE id = ?",
    "file": "catalog/templates/catalog/_card.html",
    "line": 12,
    "code": "{{ product.brand.country.name }}",
    "others": "",
}
GOLD = {
    "queries": 1,
    "slope": 0,
    "time_ratio": 0.08,
    "failures": 0,
    "rps": 44.2,
    "broken_ms": 402.0,
    "shop_ms": 31.5,
}
LOST = {"queries": 1292, "slope": 6.0, "time_ratio": 1.01, "failures": 0, "rps": 2.4}
REPEATS = (Finding("repeats", Kind.NOTE, LINE),)
OURS = (Finding("ours", Kind.OURS, {"message": "PostgreSQL died.", "hint": "Run again."}),)
NOISY = (Finding("too_noisy", Kind.NOISE, {"measure": "time_ratio", "noise": 1.9, "ratio": 0.6}),)

Script = Callable[["FakeSession", Level, bool, Cancel], Iterator[Event]]


def run(measures: dict[str, Any], findings: tuple[Finding, ...] = ()) -> Script:
    """Return a run that measures *measures* and finds *findings*."""

    def script(
        session: "FakeSession", level: Level, quick: bool, cancel: Cancel
    ) -> Iterator[Event]:
        yield RunStarted("r1", level.slug, "mine", quick)
        yield PhaseStarted("prepare")
        yield ServiceStarting("postgres", "server1")
        yield ServiceStarted("postgres", "server1", 5433, 0.2)
        yield ServiceStarting("gunicorn", "server1")
        yield ServiceStarted("gunicorn", "server1", 8001, 0.9)
        yield PhaseStarted("check")
        yield StepStarted("counting", {})
        if "queries" in measures:
            yield Measured("queries", measures["queries"])
        if not quick:
            yield PhaseStarted("load")
            yield StepStarted("loading", {"users": 4, "seconds": 6})
            yield LoadStarted(4, 6)
            for second in range(1, 7):
                yield LoadSampled(second, 4, 40 * second, 0, 38.0 + second, 22.0, 60.0 - second)
            yield LoadFinished(240, 0, 44.2, 22.0, 54.0)
        for finding in findings:
            yield FindingMade(finding)
        yield PhaseStarted("judge")
        verdict = judge(level.goals, measures, findings, quick=quick)
        for result in verdict.goals:
            yield GoalMeasured(result)
        yield RunFinished("r1", level.slug, "mine", quick, 21.4, verdict, measures)

    return script


def endless(session: "FakeSession", level: Level, quick: bool, cancel: Cancel) -> Iterator[Event]:
    """A run that only a request to stop ends."""
    yield RunStarted("r2", level.slug, "mine", quick)
    yield PhaseStarted("prepare")
    session.under_way.set()
    while not cancel.is_set:
        threading.Event().wait(0.01)
    session.journal_of_calls.append("cancelled")
    yield RunCancelled("r2")


def broken_down(
    session: "FakeSession", level: Level, quick: bool, cancel: Cancel
) -> Iterator[Event]:
    """A run that cannot even begin."""
    yield RunStarted("r3", level.slug, "mine", quick)
    raise TutorError("No space left.", hint="Free some.")


class FakeStack(Stack):
    """A stack that starts nothing."""

    released = False

    def up(self) -> None:
        self.released = False

    def release(self) -> None:
        self.released = True


SERVICES: dict[str, tuple[str, float, dict[str, Any]]] = {
    "postgres": ("", 24.0, {"connections": 17, "limit": 20, "ours": 0, "active": 3,
                            "in_transaction": 0, "waiting_for_lock": 0,
                            "oldest_transaction": 0.0}),
    "gunicorn": ("showroom", 61.0, {"workers": 4, "places": 4, "busy": 4, "waiting": 37}),
}  # fmt: skip
"""By title: the shop, the CPU and the figures of a service."""


def reading(
    services: Mapping[str, tuple[str, float, dict[str, Any]]] = SERVICES, site: str = "showroom"
) -> Reading:
    """Return what the monitor sees of *services*, all on one server of half a core of *site*."""
    seen = tuple(
        ServiceReading(
            name=f"{title}-{owner}" if owner else title,
            title=title,
            site=owner,
            kind=title.partition("-")[0],
            server="server1",
            port=41234 if title == "gunicorn" else 5433,
            page={"gunicorn": 41234, "flower": 5555, "mail": 8025}.get(title, 0),
            pid=number,
            running=True,
            stopping=False,
            code=None,
            cpu_percent=cpu,
            memory_mb=80.0,
            disk_kb_per_second=12.0,
            figures=figures,
        )
        for number, (title, (owner, cpu, figures)) in enumerate(services.items(), 1)
    )
    total = sum(cpu for _, cpu, _ in services.values())
    server = ServerReading("server1", site, total, 0.5, True, 160.0, 24.0, 40.0)
    return Reading(0.0, seen, (server,))


class FakeGauge:
    """A monitor that sees what the session says."""

    def __init__(self, session: "FakeSession") -> None:
        self.session = session

    def look(self) -> Reading:
        return self.session.seen


class FakeSession(Session):
    """A real session whose runs are scripted."""

    def __init__(self, folder: Path, script: Script | None = None) -> None:
        super().__init__(folder)
        self.stack = FakeStack(self.stack.folder)
        self.script = script or run(GOLD)
        self.journal_of_calls: list[str] = []
        self.under_way = threading.Event()
        self.seen = Reading(0.0)

    def gauge(self, level: Level | None = None) -> Any:
        return FakeGauge(self)

    def play(
        self,
        level: Level,
        variant: str = "mine",
        *,
        quick: bool = False,
        cancel: Cancel | None = None,
        kept: bool = False,
    ) -> Generator[Event, None, None]:
        self.journal_of_calls.append("quick" if quick else "full")
        number = self.workspace.number
        with self.room.run(level, variant, number, quick=quick) as hear:
            for event in self.script(self, level, quick, cancel or Cancel()):
                hear(event)
                if isinstance(event, RunFinished):
                    taken = self.journal.take(self.workspace.contents())
                    self._remember(event, taken, number)
                yield event


class FakeShowroom:
    """A shop that is up at once, unless it was told to fail."""

    def __init__(self, session: Session) -> None:
        assert isinstance(session, FakeSession)
        self.session = session
        self.failure: TutorError | None = None

    @property
    def site(self) -> Any:
        """The shop that looks go to; the tests of looks have one."""
        return None

    def swap(
        self, level: Level, variant: str, cancel: Cancel, emit: Callable[[Event], None]
    ) -> str:
        self.session.journal_of_calls.append(f"serve {variant}")
        emit(ServiceStarting("gunicorn", "server1"))
        if self.failure:
            raise self.failure
        emit(ServiceStarted("gunicorn", "server1", 41234, 0.5))
        return "http://127.0.0.1:41234"
