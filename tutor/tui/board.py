"""What the workbench knows: the events of the run and of the shop, folded into one state."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tutor.curriculum import Level
from tutor.events import (
    Event,
    FindingMade,
    GoalMeasured,
    LapFinished,
    LoadFinished,
    LoadSampled,
    LoadStarted,
    Measured,
    PhaseStarted,
    RaceFinished,
    RaceStarted,
    RunAwaited,
    RunCancelled,
    RunFinished,
    RunStarted,
    ServiceDied,
    ServiceStarted,
    ServiceStarting,
    ServiceStopped,
    StepStarted,
)
from tutor.judge import Finding, GoalResult, Standing, standing
from tutor.run.runlock import Holder
from tutor.stack.gauge import History, Reading
from tutor.stack.naming import TESTED
from tutor.stack.peaks import Peaks
from tutor.views.syntax import SyntaxProblem

FIRST_PHASE = "prepare"
LONGEST_LOG = 1000
"""Events that are kept for the log."""


@dataclass(frozen=True, slots=True)
class ServiceState:
    """One service as it was last heard of."""

    word: str = "waiting"
    """``waiting``, ``starting``, ``up``, ``stopped`` or ``died``."""
    port: int = 0


@dataclass
class RaceSoFar:
    """Shops that take turns, and what each lap took."""

    started: RaceStarted
    laps: list[list[float]] = field(default_factory=list)
    """By lane, in milliseconds."""
    ended: bool = False
    """Whether it is over, perhaps before the last round: it may be clear by then."""
    middle_ms: Sequence[float] = ()
    """By lane, what stands for all rounds once it is over: of one round, with the ratio told."""

    def __post_init__(self) -> None:
        """Give every shop a lane."""
        self.laps = self.laps or [[] for _ in self.started.shops]

    def told_ms(self, lane: int) -> float | None:
        """Return the time of *lane* to show: its last lap, at the end that of the middle round."""
        if self.middle_ms:
            return self.middle_ms[lane]
        return self.laps[lane][-1] if self.laps[lane] else None

    @property
    def rounds(self) -> int:
        """Return how many rounds are over."""
        return min(map(len, self.laps))

    @property
    def is_over(self) -> bool:
        """Return whether it ended, or its last round did."""
        return self.ended or self.rounds >= self.started.rounds

    @property
    def turn(self) -> int:
        """Return the lane whose turn it is."""
        return min(range(len(self.laps)), key=lambda lane: len(self.laps[lane]))


@dataclass
class Board:
    """The state of one level's workbench; widgets only read it."""

    level: Level
    services: dict[str, ServiceState] = field(default_factory=dict)
    samples: list[LoadSampled] = field(default_factory=list)
    measures: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    results: dict[str, GoalResult] = field(default_factory=dict)
    log: list[tuple[float, Event]] = field(default_factory=list)
    """Seconds since the run began, negative outside a run, and what happened."""
    phase: str = ""
    step: StepStarted | None = None
    awaited: RunAwaited | None = None
    """The run of another process that this one waits for."""
    elsewhere: Holder | None = None
    """Who measures in this workspace, beside this game."""
    running: bool = False
    quick: bool = False
    cancelling: bool = False
    began: float = 0.0
    seconds: float = 0.0
    """How long the last run took."""
    finished: RunFinished | None = None
    cancelled: bool = False
    unreadable: tuple[str, SyntaxProblem] | None = None
    """The file that was saved and that no program can read, and where it stops making sense."""
    history: History = field(default_factory=History)
    """What the monitor saw."""
    watched: History = field(default_factory=History)
    """The part of it that the run on now, or the last one, took."""
    peaks: Peaks = field(default_factory=Peaks)
    """The highest it saw of the full run that is on, or of the last one: a quick check has no load,
    and follows each save."""
    race: RaceSoFar | None = None
    load: LoadStarted | None = None
    load_ends: float = 0.0
    """When, on the monotonic clock, the visitors stop coming; 0 where none do."""
    first: Mapping[str, Any] = field(default_factory=dict)
    """What was measured before anything was mended."""
    earlier: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """By measure, its values in earlier runs, the newest last."""

    @property
    def site(self) -> str:
        """Return the shop that the monitor is about: the one under test, else the browser's."""
        newest = self.history.newest
        sites = newest.sites if newest else []
        preferred = (TESTED, "showroom") if self.running else ("showroom", TESTED)
        return next((site for site in (*preferred, *sites) if site in sites), "")

    @property
    def reading(self) -> Reading | None:
        """Return what the monitor saw last of that shop; None where nothing runs."""
        newest, site = self.history.newest, self.site
        return newest.of_site(site) if newest and site else None

    @property
    def elapsed(self) -> float:
        """Return the seconds of the run that is on, or of the last one."""
        return time.monotonic() - self.began if self.running else self.seconds

    @property
    def seconds_left(self) -> float:
        """Return how long visitors still come; 0 where none do."""
        return max(0.0, self.load_ends - time.monotonic()) if self.load_ends else 0.0

    def goals(self) -> list[GoalResult]:
        """Return every goal beside what is known of it by now."""
        return [
            self.results.get(goal.id) or goal.compare(self.measures) for goal in self.level.goals
        ]

    @property
    def standing(self) -> Standing:
        """Return how the goals of the run that is on stand by now."""
        return standing(self.level.goals, self.measures, self.findings, quick=self.quick)

    def begin(self, quick: bool) -> None:
        """Forget the last run: a new one begins."""
        self.samples, self.measures, self.results, self.log = [], {}, {}, []
        self.findings = []
        self.phase, self.step, self.awaited, self.finished = "", None, None, None
        self.race, self.load, self.load_ends = None, None, 0.0
        self.watched = History()
        if not quick:
            self.peaks = Peaks()
        self.running, self.quick, self.cancelled, self.cancelling = True, quick, False, False
        self.unreadable = None
        self.began = time.monotonic()

    def recall(self, finished: RunFinished, first: Mapping[str, Any]) -> None:
        """Take in how the last run ended, which this board did not follow."""
        self.finished, self.first = finished, first
        self.quick, self.seconds = finished.quick, finished.seconds
        self.measures = dict(finished.measures)
        self.findings = list(finished.verdict.findings)
        self.results = {result.id: result for result in finished.verdict.goals}

    def forget(self) -> None:
        """Know of no run any more: what was measured was of another shop."""
        self.begin(quick=False)
        self.end()
        self.first, self.earlier = {}, {}

    def end(self) -> None:
        """Note that no run is on any more; how long it took, its verdict says."""
        self.seconds = self.finished.seconds if self.finished else self.elapsed
        self.running = self.cancelling = False
        self.load_ends = 0.0

    def watch(self, reading: Reading) -> None:
        """Remember what the monitor saw."""
        self.history.add(reading)
        if self.running and TESTED in reading.sites:
            self.watched.add(reading)
            if not self.quick:
                self.peaks.see(reading.of_site(TESTED))

    def take_stock(self, reading: Reading) -> None:
        """Take in which services run."""
        seen: dict[str, ServiceState] = {}
        for service in reading.services:
            if service.running:
                seen[service.title] = ServiceState("up", service.port)
            elif not service.stopping and service.title not in seen:
                seen[service.title] = ServiceState("died")
        for title in self.services.keys() - seen.keys():
            self.services[title] = ServiceState("stopped")
        self.services |= seen

    def apply(self, event: Event) -> None:
        """Take in what happened."""
        self._take_in(event)
        # Before its first phase a run only waits: that has no time of its own.
        self.log.append((self.elapsed if self.running and self.phase else -1.0, event))
        del self.log[:-LONGEST_LOG]

    def _take_in(self, event: Event) -> None:  # noqa: C901 - one case per event
        match event:
            case RunStarted(quick=quick):
                self.quick = quick
            case RunAwaited():
                self.awaited = event
            case PhaseStarted(phase=phase):
                if phase == FIRST_PHASE:
                    # What it waited before, for a shop or another run, is no part of its time.
                    self.began = time.monotonic()
                self.phase, self.step, self.awaited = phase, None, None
            case StepStarted():
                self.step = event
            case ServiceStarting(service=service):
                self.services[service] = ServiceState("starting")
            case ServiceStarted(service=service, port=port):
                self.services[service] = ServiceState("up", port)
            case ServiceStopped(service=service):
                self.services[service] = ServiceState("stopped")
            case ServiceDied(service=service):
                self.services[service] = ServiceState("died")
            case RaceStarted():
                self.race = RaceSoFar(event)
            case LapFinished(lane=lane, ms=ms) if self.race:
                self.race.laps[lane].append(ms)
            case RaceFinished() if self.race:
                self.race.ended, self.race.middle_ms = True, event.middle_ms
            case LoadStarted(seconds=seconds):
                self.samples, self.load = [], event
                self.load_ends = time.monotonic() + seconds
            case LoadFinished():
                self.load_ends = 0.0
            case LoadSampled():
                self.samples.append(event)
            case Measured(measure=measure, value=value):
                self.measures[measure] = value
            case FindingMade(finding=finding):
                self.findings.append(finding)
            case GoalMeasured(result=result):
                self.results[result.id] = result
            case RunFinished():
                self.finished = event
            case RunCancelled():
                self.cancelled = True
