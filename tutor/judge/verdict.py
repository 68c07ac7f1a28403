"""The outcome of a run, as plain data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """The four ways a run can end; never confused with one another."""

    WON = "won"
    NOT_YET = "not_yet"
    CANNOT_TELL = "cannot_tell"
    OUR_FAULT = "our_fault"


class Medal(StrEnum):
    """How good a win is."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"

    @property
    def rank(self) -> int:
        """Return 1 for bronze, 2 for silver, 3 for gold."""
        return list(Medal).index(self) + 1


class Kind(StrEnum):
    """What a finding means for the verdict."""

    FOUL = "foul"
    """A wrong fix, recognised: nothing can be won with it."""
    NOTE = "note"
    """Something that helps: where to look next."""
    NOISE = "noise"
    """The machine was too busy to tell."""
    OURS = "ours"
    """Something of ours failed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was observed, with the values its sentence names."""

    id: str
    kind: Kind
    params: dict[str, Any] = field(default_factory=dict)
    """A level names them as it likes: nothing else is looked for among them."""
    problem: dict[str, Any] | None = None
    """What a failure that has a name of its own is made of.

    See :func:`tutor.base.errors.said_of`.
    """

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Finding":
        """Return the finding that the journal kept.

        Raises:
            TypeError, KeyError, ValueError: it kept something else.
        """
        params, problem = dict(data["params"]), data.get("problem")
        # An older journal has the problem among the values; a level's own "said" is no table.
        if problem is None and isinstance(params.get("said"), dict):
            problem = params.pop("said")
        is_named = isinstance(problem, dict) and isinstance(problem.get("id"), str)
        return cls(str(data["id"]), Kind(data["kind"]), params, problem if is_named else None)


@dataclass(frozen=True, slots=True)
class GoalResult:
    """One goal compared with what was measured."""

    id: str
    medal: Medal
    measure: str
    value: Any
    """What was measured; None where the run ended before it could be."""
    at_most: float | None
    at_least: float | None
    met: bool

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "GoalResult":
        """Return the result that the journal kept.

        Raises:
            TypeError, KeyError, ValueError: it kept something else.
        """
        known = {name: data[name] for name in cls.__slots__}
        bounds = (known["at_most"], known["at_least"])
        if not isinstance(known["id"], str) or not isinstance(known["measure"], str):
            raise TypeError("a goal has a name and a measure")
        if not all(bound is None or isinstance(bound, int | float) for bound in bounds):
            raise TypeError("a bound is a number")
        return cls(**{**known, "medal": Medal(data["medal"]), "met": data["met"] is True})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge says of a run."""

    outcome: Outcome
    medal: Medal | None
    goals: tuple[GoalResult, ...]
    findings: tuple[Finding, ...]

    @property
    def won(self) -> bool:
        """Return whether the level is won, with any medal."""
        return self.outcome is Outcome.WON

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Verdict":
        """Return the verdict that :meth:`to_json` wrote."""
        return cls(
            outcome=Outcome(data["outcome"]),
            medal=Medal(data["medal"]) if data["medal"] else None,
            goals=tuple(GoalResult.from_json(goal) for goal in data["goals"]),
            findings=tuple(Finding.from_json(finding) for finding in data["findings"]),
        )
