"""The outcome of a run, as plain data."""

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
            goals=tuple(GoalResult(**{**g, "medal": Medal(g["medal"])}) for g in data["goals"]),
            findings=tuple(
                Finding(f["id"], Kind(f["kind"]), f["params"]) for f in data["findings"]
            ),
        )
