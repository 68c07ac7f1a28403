"""What a run writes down: steps, measures and findings, told to whoever watches as they come."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TypeAlias

from tutor.base.cancel import Cancel
from tutor.catalogue import LANGUAGES, sentences
from tutor.events import Event, FindingMade, Measured, StepStarted
from tutor.judge import Finding, Kind

JsonValue: TypeAlias = (
    "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
)
"""What a measure may be: it is kept in the journal, and read by other programs, as JSON."""


class Foul(Exception):
    """The fix is refused; nothing more needs to be measured."""


class Draft:
    """Measures and findings that nobody hears of until it is clear that they stand.

    A front end cannot take back what it told. So the events of the block wait for its end; where
    the block is discarded, they are dropped, and the notebook is as it was.
    """

    def __init__(self, measures: dict[str, Any], findings: list[Finding]) -> None:
        self.held: list[Event] = []
        """What will be told, in order."""
        self.is_discarded = False
        self._measures, self._findings = measures, findings
        self._before = dict(measures), len(findings)

    def discard(self) -> None:
        """Take back what was measured and found since the draft began."""
        measures, findings = self._before
        self._measures.clear()
        self._measures.update(measures)
        del self._findings[findings:]
        self.held.clear()
        self.is_discarded = True


class Notebook:
    """The notes of one run. It knows what findings the level has, and nothing of any shop."""

    def __init__(
        self, kinds: Mapping[str, Kind], emit: Callable[[Event], None], cancel: Cancel
    ) -> None:
        self.emit = emit
        self.cancel = cancel
        self.measures: dict[str, Any] = {}
        self.findings: list[Finding] = []
        self._kinds = kinds
        self._draft: Draft | None = None

    def step(self, id: str, **params: Any) -> None:
        """Say what the experiment is doing now."""
        self.cancel.check()
        self.emit(StepStarted(id, params))

    def measure(self, measure: str, value: JsonValue) -> None:
        """Record the value of a measure: what JSON can say, and nothing else.

        Text, whole and finite numbers, true, false, null, and lists and mappings by name of these.

        Raises:
            TypeError: *value* is something else; says of which measure, and what.
        """
        _check_json(measure, value)
        self.measures[measure] = value
        self._tell(Measured(measure, value))

    def find(self, id: str, /, **params: Any) -> None:
        """Record a finding; its kind stands in ``level.toml``, what the engine knows is a foul.

        Raises:
            KeyError: neither has a sentence for it; its name is misspelt.
        """
        self._record(Finding(id, self._kind_of(id), params))

    def find_once(self, id: str, /, **params: Any) -> None:
        """Record a finding of the level, the first time it is made."""
        if all(known.id != id for known in self.findings):
            self.find(id, **params)

    def find_anew(self, id: str, /, **params: Any) -> None:
        """Record a finding of the level in the place of what it said so far: counts go on."""
        assert self._draft is None, "a draft cannot take that back"
        finding = Finding(id, self._kind_of(id), params)
        if finding in self.findings:
            return
        place = next((n for n, known in enumerate(self.findings) if known.id == id), None)
        if place is None:
            self._record(finding)
        else:
            self.findings[place] = finding
            self._tell(FindingMade(finding))

    def foul(self, id: str, /, **params: Any) -> None:
        """Record a finding and end the experiment: the fix is refused."""
        self.find(id, **params)
        raise Foul(id)

    def refuse(self, id: str, /, **params: Any) -> NoReturn:
        """Record a foul of the engine's own and end the experiment; any level knows it."""
        self._record(Finding(id, Kind.FOUL, params))
        raise Foul(id)

    def note(self, id: str, /, **params: Any) -> None:
        """Record what the engine itself noticed, and refuses nobody for; any level knows it."""
        self._record(Finding(id, Kind.NOTE, params))

    def too_noisy(self, measure: str, /, **params: Any) -> None:
        """Record that the machine was too busy for *measure* to mean anything."""
        self._record(Finding("too_noisy", Kind.NOISE, {"measure": measure, **params}))

    @contextmanager
    def draft(self) -> Iterator[Draft]:
        """Hold back what is measured and found during the block, which may have to be repeated.

        It is told at the block's end, however that ends, and never where the draft was discarded.
        """
        assert self._draft is None, "one draft at a time"
        self._draft = draft = Draft(self.measures, self.findings)
        try:
            yield draft
        finally:
            self._draft = None
            for event in draft.held:
                self.emit(event)

    def _kind_of(self, id: str) -> Kind:
        is_ours = id not in self._kinds and f"findings.{id}" in sentences(LANGUAGES[0])
        return Kind.FOUL if is_ours else self._kinds[id]

    def _record(self, finding: Finding) -> None:
        self.findings.append(finding)
        self._tell(FindingMade(finding))

    def _tell(self, event: Event) -> None:
        if self._draft is None:
            self.emit(event)
        else:
            self._draft.held.append(event)


def _check_json(measure: str, value: object) -> None:
    """Raise TypeError where JSON cannot say *value*, or a part of it."""
    if isinstance(value, list | tuple):
        for part in value:
            _check_json(measure, part)
    elif isinstance(value, dict) and all(isinstance(name, str) for name in value):
        for part in value.values():
            _check_json(measure, part)
    elif not (value is None or isinstance(value, str | int | float)) or (
        isinstance(value, float) and not math.isfinite(value)
    ):
        kind = type(value).__name__
        raise TypeError(f"the measure {measure!r} takes JSON values only, not {value!r} ({kind})")
