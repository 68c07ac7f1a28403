"""Runs in whole sentences, and few of them: each may be read aloud while the next one waits."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tutor.cli.console import Narrator
from tutor.cli.plain.talk import Talk
from tutor.cli.plain.verdict import measured_line
from tutor.curriculum import Level
from tutor.events import (
    Event,
    LapFinished,
    LoadFinished,
    LoadSampled,
    LoadStarted,
    Measured,
    PhaseStarted,
    RaceFinished,
    RaceStarted,
    Repaired,
    RunAwaited,
    RunFinished,
    RunStarted,
    ServerSampled,
    ServiceDied,
    ServiceStarted,
    StepStarted,
    WorkersAwaited,
)
from tutor.judge import GoalResult
from tutor.words.rendering import raw, rendered
from tutor.words.texts import Texts
from tutor.words.wording import awaited, lanes, service_of, with_stop

SPACING = 5.0
"""Seconds of a load test between two lines about it."""
INDENT = "  "
NOTHING = object()
"""What was said of a measure of which nothing was."""


class PlainNarrator(Narrator):
    """Tells a run in sentences: what a mark or a column tells elsewhere is a word here."""

    def __init__(self, talk: Talk, texts: Texts, level: Level) -> None:
        super().__init__(talk.console, texts, level)
        self._talk = talk
        self._told = 0.0
        """The second of the load that was told last."""
        self._up: list[str] = []
        """The services that came up one after the other, and are not told yet."""
        self._times: Counter[str] = Counter()
        """By measure, how often it was recorded in this run."""

    def tell(self, event: Event) -> None:
        """Say *event*, if it is worth a sentence."""
        name = type(event).__name__
        rendered(
            lambda: self._tell(event),
            lambda: self._talk.tell(raw(name, event.to_json()), INDENT),
            f"The event {name}",
        )

    def _tell(self, event: Event) -> None:
        match event:
            case RunStarted() | ServiceStarted() | Measured():
                self._note(event)
            case (
                PhaseStarted()
                | StepStarted()
                | RaceStarted()
                | LoadStarted()
                | ServiceDied()
                | RunFinished()
            ):
                self.finish()
                self._tell_grown()
                self._tell_begun(event)
            case RaceFinished() if self._race:
                times = self._beside(self._race, event.middle_ms)
                self._say("raced" if len(self._race.shops) > 1 else "timed", times=times)
            case LoadSampled() if event.second - self._told >= SPACING:
                self._told = event.second
                self._sample(event)
            case LoadFinished():
                self._loaded(event)
            case RunAwaited():
                self._talk.tell(awaited(self.texts, event))
                self._talk.tell(self.texts("run.give_up"))
            case WorkersAwaited():
                self._tell_awaited(event)
            case Repaired(id, params):
                self._talk.tell(self.texts(f"repaired.{id}", **params))
            case LoadSampled() | LapFinished() | ServerSampled():
                # Every second and every round would be read aloud; what counts is how they end.
                pass
            case _:
                super()._tell(event)

    def _note(self, event: Event) -> None:
        """Take in what is told once the step that it belongs to has ended."""
        match event:
            case ServiceStarted():
                self._up.append(service_of(self.texts, event))
            case Measured(measure, value):
                # A crowd's peak is measured again and again: told at once, a goal would be met
                # first and missed afterwards.
                self._times[measure] += 1
                self._latest[measure] = value
            case RunStarted():
                self._times.clear()
                super()._tell(event)

    def _tell_begun(self, event: Event) -> None:
        match event:
            case PhaseStarted(phase):
                self._talk.tell(f"{self.texts(f'phase.{phase}')}.")
            case StepStarted(id, params):
                self._talk.tell(with_stop(self.texts.step(self.level, id, params)), INDENT)
            case RaceStarted(measure):
                if self._is_run_again(measure):
                    self._talk.tell(self.texts("run.race_again"))
                self._race = event
            case LoadStarted():
                self._told = 0.0
            case ServiceDied(service, _, code, _):
                self._say("died", service=service, code=code)

    def finish(self) -> None:
        """Say which services came up, in one sentence; of the last ones nothing follows."""
        up, self._up = self._up, []
        if up:
            self._say("up", services=", ".join(up))

    def _tell_grown(self) -> None:
        """Say what the step that has ended measured, each number as it was last."""
        for measure, value in self._latest.items():
            if self._said.get(measure, NOTHING) != value:
                self._said[measure] = value
                self._tell_last(measure, value)

    def _tell_last(self, measure: str, value: Any) -> None:
        rendered(
            lambda: self._tell_measured(self._compared(measure, value)),
            lambda: self._talk.tell(raw("Measured", {measure: value}), INDENT),
            f"The measure {measure}",
        )

    def _tell_measured(self, goals: Sequence[GoalResult]) -> None:
        """Say what was measured, and how far it is enough; what grew may go on growing."""
        if goals:
            grew = self._times[goals[0].measure] > 1
            self._talk.tell(measured_line(self.texts, self.level, goals, grew=grew), INDENT)

    def _tell_awaited(self, event: WorkersAwaited) -> None:
        self._talk.tell(self.texts("load.workers", here=event.here, wanted=event.wanted))
        if event.here < event.wanted:
            self._talk.tell(self.texts("load.come"))
            self._talk.show(event.command)

    def _sample(self, sample: LoadSampled) -> None:
        second = round(sample.second)
        if not sample.rps:
            self._say("no_sample", second=second)
            return
        self._say(
            "sampled",
            second=second,
            rps=self.texts.number(round(sample.rps, 1)),
            p50=round(sample.p50_ms),
            p95=round(sample.p95_ms),
            failures=sample.failures,
        )

    def _loaded(self, total: LoadFinished) -> None:
        self._say(
            "loaded",
            requests=total.requests,
            rps=self.texts.number(round(total.rps, 1)),
            p50=round(total.p50_ms),
            p95=round(total.p95_ms),
            failures=total.failures,
        )

    def _say(self, key: str, **params: object) -> None:
        self._talk.tell(self.texts(f"plain.{key}", **params), INDENT)

    def _beside(self, race: RaceStarted, times: Sequence[float]) -> str:
        return ", ".join(
            f"{shop} {self.texts.number(ms)} ms"
            for shop, ms in zip(lanes(self.texts, race), times, strict=True)
        )
