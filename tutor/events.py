"""What happened during a run: facts in the past, the same for every front end."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tutor.base.numeric import is_number
from tutor.judge.verdict import Finding, GoalResult, Verdict


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened during a run."""

    def to_json(self) -> dict[str, Any]:
        """Return the event as plain data, with its name under ``event``."""
        return {"event": type(self).__name__, **asdict(self)}


@dataclass(frozen=True, slots=True)
class RunStarted(Event):
    """A level began to play on a variant."""

    run_id: str
    level: str
    variant: str
    quick: bool
    counters: bool = False
    """What hangs on the clock decides nothing."""
    judged: bool = True
    """Whether a verdict is what it is for; else its visitors are there to be watched."""


@dataclass(frozen=True, slots=True)
class RunAwaited(Event):
    """Another run is on in this workspace: this one begins when that one ends."""

    pid: int
    """Of the process that runs; 0 where it has not said."""
    command: str
    since: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class PhaseStarted(Event):
    """A run entered ``prepare``, ``check``, ``load``, ``settle`` or ``judge``."""

    phase: str


@dataclass(frozen=True, slots=True)
class StepStarted(Event):
    """An experiment began one step; its text is ``steps.<id>`` of the level."""

    id: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ServiceStarting(Event):
    """A service was asked to start on a server."""

    service: str
    server: str
    site: str = ""
    """The shop it belongs to; empty where that is every shop."""


@dataclass(frozen=True, slots=True)
class ServiceStarted(Event):
    """A service answered its own readiness question."""

    service: str
    server: str
    port: int
    seconds: float
    site: str = ""
    """As in :class:`ServiceStarting`."""


@dataclass(frozen=True, slots=True)
class ServiceStopped(Event):
    """A service ended because we asked it to."""

    service: str
    server: str


@dataclass(frozen=True, slots=True)
class ServiceDied(Event):
    """A service ended although nobody asked it to."""

    service: str
    server: str
    exit_code: int
    log_tail: str


@dataclass(frozen=True, slots=True)
class Repaired(Event):
    """Something of ours was broken and was put right; its text is ``repaired.<id>``."""

    id: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RaceStarted(Event):
    """Shops began to take turns; a race that was too noisy begins again."""

    measure: str
    shops: tuple[str, ...]
    """Who takes turns, in this order: ``broken``, ``fixed``, ``mine``, or a key of ``race``."""
    rounds: int


@dataclass(frozen=True, slots=True)
class LapFinished(Event):
    """One shop had its turn."""

    lane: int
    """Its place among the shops of the race."""
    round: int
    """From 1."""
    ms: float


@dataclass(frozen=True, slots=True)
class RaceFinished(Event):
    """The last round was over."""

    measure: str
    middle_ms: tuple[float, ...]
    """By lane, of the round whose ratio is in the middle."""


@dataclass(frozen=True, slots=True)
class LoadStarted(Event):
    """The load generator began."""

    users: int
    seconds: float
    rate: float = 0.0
    """Arrivals per second, whatever the answers take; 0 where visitors wait for their answer."""


@dataclass(frozen=True, slots=True)
class WorkersAwaited(Event):
    """The load waits for workers on other machines."""

    here: int
    """How many have come."""
    wanted: int
    command: str
    """What makes another machine a worker."""


@dataclass(frozen=True, slots=True)
class LoadSampled(Event):
    """One sample of the load as the load generator sees it."""

    second: float
    """Seconds since the load began."""
    users: int
    requests: int
    """Requests answered since the load began."""
    failures: int
    """Of these, the ones that failed or had wrong content."""
    rps: float
    """Requests answered per second since the previous sample."""
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class LoadFinished(Event):
    """The load generator ended."""

    requests: int
    failures: int
    rps: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class ServerSampled(Event):
    """What one server used since the previous sample."""

    server: str
    cpu_percent: float
    """Of the server's share; of one core where servers are not limited."""
    memory_mb: float
    disk_kb_per_second: float = 0.0
    throttled_percent: float = 0.0
    """Of the moments in which it ran, how many used its whole share up."""


@dataclass(frozen=True, slots=True)
class Measured(Event):
    """A measure got its value."""

    measure: str
    value: Any


@dataclass(frozen=True, slots=True)
class GoalMeasured(Event):
    """A goal was compared with its bound."""

    result: GoalResult


@dataclass(frozen=True, slots=True)
class FindingMade(Event):
    """Something worth telling was observed."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class RunCancelled(Event):
    """The learner stopped the run: it is not judged and costs nothing."""

    run_id: str


@dataclass(frozen=True, slots=True)
class RunFinished(Event):
    """A run ended with a verdict."""

    run_id: str
    level: str
    variant: str
    quick: bool
    seconds: float
    verdict: Verdict
    measures: dict[str, Any]
    counters: bool = False
    """What hangs on the clock decided nothing; in no journal that is older than the question."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RunFinished | None":
        """Return the run that the journal kept; None where another version kept it otherwise."""
        try:
            if not _is_sound(data):
                return None
            known = {name: data[name] for name in cls.__slots__ if name in data}
            return cls(**{**known, "verdict": Verdict.from_json(data["verdict"])})
        except (TypeError, KeyError, ValueError, AttributeError):
            return None


def _is_sound(data: Mapping[str, Any]) -> bool:
    """Return whether the values beside the verdict are of the kinds that they must be."""
    return (
        all(isinstance(data[name], str) for name in ("run_id", "level", "variant"))
        and isinstance(data["quick"], bool)
        and isinstance(data.get("counters", False), bool)
        and is_number(data["seconds"])
        and isinstance(data["measures"], dict)
    )
