"""Play a level on a variant: the one use case. Every front end reads its stream of events."""

import errno
import queue
import secrets
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.base import interrupts, log
from tutor.base.cancel import Cancel
from tutor.base.errors import Cancelled, ShopError, TutorError, unforeseen
from tutor.base.files import FULL, cannot_write
from tutor.base.paths import data_root
from tutor.curriculum import Level
from tutor.events import (
    Event,
    FindingMade,
    GoalMeasured,
    PhaseStarted,
    RunAwaited,
    RunCancelled,
    RunFinished,
    RunStarted,
)
from tutor.judge import Finding, Kind, Outcome, Verdict, judge
from tutor.lab import Foul, Lab, Notebook, ShopFiles, Shops
from tutor.lab.experiment import load_experiment
from tutor.load.crew import Crew
from tutor.machine.disk import ROOM_TO_RUN
from tutor.run.runlock import Holder, run_turn
from tutor.stack.full_disk import blaming_the_disk
from tutor.stack.ground import prepare_ground
from tutor.stack.plan import STACK_FILE, read_plan
from tutor.stack.stack import Stack
from tutor.stack.starting import Emit

PHASES = ("prepare", "check", "load", "settle")
QUICK_PHASES = ("prepare", "check")


Events = Generator[Event, None, None]
Act = Callable[[], Any]
Acts = Callable[[Lab], Sequence[tuple[str, Act]]]
"""From the bench of a run to what is done in each phase."""


@dataclass(frozen=True, slots=True)
class Script:
    """What a run consists of."""

    acts: Callable[[Level, bool], Acts]
    """From a level, and whether the run is quick; what is broken in a level shows here."""
    judged: bool = True
    """Whether what was measured is judged at the end."""


@dataclass(frozen=True, slots=True)
class RunSpec:
    """What a run needs to know: the level, and the files of every variant in play."""

    level: Level
    variant: str
    files: Mapping[str, Path]
    """The shop under test."""
    broken_files: Mapping[str, Path]
    healthy_files: Mapping[str, Path]
    """The shop of the reference answer; it seeds the data, unless ``seed_files`` does."""
    stack: Stack
    shown_as: Path | None = None
    """The folder under which the learner knows the files."""
    crew: Crew | None = None
    """Who makes the load."""
    missed: frozenset[str] = frozenset()
    """The measures in which the last run of the same files fell short."""
    counters: bool = False
    """Whether the goals that hang on the clock are left out of the verdict."""
    seed_files: Mapping[str, Path] | None = None
    """The shop that is live before the learner's, where the level is about migrations."""

    @property
    def seeding(self) -> Mapping[str, Path]:
        """The shop that seeds the data."""
        return self.healthy_files if self.seed_files is None else self.seed_files


def play(spec: RunSpec, *, quick: bool = False, cancel: Cancel | None = None) -> Events:
    """Play and yield what happens, ending with ``RunFinished`` or ``RunCancelled``.

    Closing the generator cancels the run. Nothing of the run is left when it ends.
    """
    return _stream(spec, quick, cancel or Cancel(), Script(_acts_of_level))


def rehearse(spec: RunSpec, *, cancel: Cancel | None = None) -> Events:
    """Run the level's load alone and yield what happens; nothing is judged or remembered."""

    def load_alone(level: Level, quick: bool) -> Acts:
        make = load_experiment(level)

        def acts(lab: Lab) -> list[tuple[str, Act]]:
            return [("prepare", _act(make(lab), "prepare")), ("load", lab.load)]

        return acts

    return _stream(spec, False, cancel or Cancel(), Script(load_alone, judged=False))


def _acts_of_level(level: Level, quick: bool) -> Acts:
    """Return what the level's experiment does in each phase."""
    make = load_experiment(level)

    def acts(lab: Lab) -> list[tuple[str, Act]]:
        experiment = make(lab)
        return [(phase, _act(experiment, phase)) for phase in (QUICK_PHASES if quick else PHASES)]

    return acts


def _act(experiment: Any, phase: str) -> Act:
    """Return what *experiment* does in *phase*, which it may leave out."""
    act: Act = getattr(experiment, phase, _nothing)
    return act


def _nothing() -> None:
    """Do nothing: the experiment leaves this phase out."""


def _stream(spec: RunSpec, quick: bool, cancel: Cancel, script: Script) -> Events:
    """Run in a thread and yield its events.

    Raises:
        TutorError: the run ended by an error that not even its own boundary foresaw.
    """
    events: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            _Run(spec, quick, cancel, events.put, script).play()
        except BaseException as error:  # noqa: BLE001 - the thread's end: whoever reads is told
            events.put(error)
        finally:
            events.put(None)

    worker = threading.Thread(target=work, name=f"play {spec.level.slug}", daemon=True)
    worker.start()
    try:
        while (event := events.get()) is not None:
            if isinstance(event, BaseException):
                raise unforeseen(event, _place(event)) from event
            yield event
    finally:
        cancel.set()
        interrupts.join(worker)


class _Run:
    """One run, from its first event to its last."""

    def __init__(
        self, spec: RunSpec, quick: bool, cancel: Cancel, emit: Emit, script: Script
    ) -> None:
        self.spec = spec
        self.script = script
        self.quick = quick
        self.cancel = cancel
        self.emit = emit
        self.id = secrets.token_hex(4)
        self.began = time.monotonic()
        self.measures: dict[str, Any] = {}
        self.findings: list[Finding] = []

    def play(self) -> None:
        """Play every phase and report the verdict."""
        spec = self.spec
        said = (self.id, spec.level.slug, spec.variant, self.quick, spec.counters)
        self.emit(RunStarted(*said, judged=self.script.judged))
        try:
            with run_turn(spec.stack.folder, self.cancel, self._await):
                self.began = time.monotonic()
                self._phases()
        except Cancelled:
            pass
        except ShopError as error:
            self._found(Finding(error.id, Kind.FOUL, error.params, dict(error.said) or None))
        except TutorError as error:
            self._found(_ours(error))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the boundary: not foreseen, so ours
            self._found(_unforeseen(error))
        if self.cancel.is_set:
            # Whatever went wrong after that, nobody asked for a verdict any more.
            self.emit(RunCancelled(self.id))
        else:
            self._judge()

    def _await(self, holder: Holder) -> None:
        """Say for whom this run waits: that is nobody's fault, and no part of its time."""
        self.emit(RunAwaited(holder.pid, holder.command, holder.since))

    def _phases(self) -> None:
        spec = self.spec
        acts = self.script.acts(spec.level, self.quick)
        self.emit(PhaseStarted("prepare"))
        plan = read_plan(spec.healthy_files[STACK_FILE])
        ground = prepare_ground(
            spec.stack, plan, spec.seeding, self.emit, self.cancel, spec.level.machine
        )
        notebook = Notebook(spec.level.finding_kinds, self.emit, self.cancel)
        files = ShopFiles(
            tested=spec.files,
            broken=spec.broken_files,
            healthy=spec.healthy_files,
            variant=spec.variant,
            shown_as=spec.shown_as,
            seed=spec.seeding,
        )
        shops = Shops(ground, notebook, files, spec.level.machine, quick=self.quick)
        lab = Lab(spec.level, notebook, shops, quick=self.quick, crew=spec.crew, missed=spec.missed)
        full = blaming_the_disk(spec.stack.folder, ROOM_TO_RUN)
        with _closing(lab), full, self._our_fault_first(lab):
            self.measures, self.findings = lab.measures, lab.findings
            for phase, act in acts(lab):
                if phase != "prepare":
                    self.emit(PhaseStarted(phase))
                act()
                self.cancel.check()
            lab.look_at_data()
            lab.look_at_models()

    @contextmanager
    def _our_fault_first(self, lab: Lab) -> Iterator[None]:
        """Blame a service of ours that died before anything it made go wrong."""
        try:
            yield
        except Foul:
            lab.check_services()
        except Cancelled:
            raise
        except ShopError as error:
            lab.check_services()
            raise lab.shops.blame(error) from error
        except Exception:
            # A page, a statement, a file: whatever failed, did it fail because of us?
            lab.check_services()
            raise
        else:
            lab.check_services()

    def _judge(self) -> None:
        spec = self.spec
        if self.script.judged:
            self.emit(PhaseStarted("judge"))
        verdict = self._verdict()
        for result in verdict.goals if self.script.judged else ():
            self.emit(GoalMeasured(result))
        self.emit(
            RunFinished(
                run_id=self.id,
                level=spec.level.slug,
                variant=spec.variant,
                quick=self.quick,
                seconds=round(time.monotonic() - self.began, 2),
                verdict=verdict,
                measures=self.measures,
                counters=spec.counters,
            )
        )

    def _verdict(self) -> Verdict:
        """Return the verdict; what cannot be judged is our fault, and told by its name."""
        goals, counters = self.spec.level.goals, self.spec.counters
        try:
            return judge(goals, self.measures, self.findings, quick=self.quick, counters=counters)
        except Exception as error:  # noqa: BLE001 - the boundary of the judgement
            self._found(_unforeseen(error))
            return Verdict(Outcome.OUR_FAULT, None, (), tuple(self.findings))

    def _found(self, finding: Finding) -> None:
        self.findings.append(finding)
        self.emit(FindingMade(finding))


@contextmanager
def _closing(lab: Lab) -> Iterator[None]:
    """Close *lab* at the end; what goes wrong then hides nothing that went wrong before."""
    try:
        yield
    finally:
        with suppress(Exception):
            lab.close()


def _unforeseen(error: BaseException) -> Finding:
    """Return the finding for an error that nobody foresaw, with its place."""
    if isinstance(error, OSError) and error.errno in (*FULL, errno.EROFS):
        return _ours(cannot_write(Path(error.filename or data_root()), error))
    log.note("A run ended by an error that nobody foresaw.", error)
    return _ours(unforeseen(error, _place(error)))


def _place(error: BaseException) -> str:
    """Return the file and the line that *error* came from."""
    import traceback

    last = traceback.extract_tb(error.__traceback__)[-1:]
    return "".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in last)


def _ours(error: TutorError) -> Finding:
    """Return the finding for a failure that is no fault of the shop."""
    params = {"message": error.message, "hint": error.hint}
    return Finding("ours", Kind.OURS, params, dict(error.said) or None)


def last_finished(events: Sequence[Event]) -> RunFinished | None:
    """Return the end of a run among its events; None where it was cancelled."""
    return next((e for e in reversed(events) if isinstance(e, RunFinished)), None)
