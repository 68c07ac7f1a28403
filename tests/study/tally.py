"""What plays add up to: per level, how often a verdict lied, and how often it could not tell."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.study.plays import Play
from tutor.author import Fault

ENOUGH, ENOUGH_NEAR = 4, 20
"""Plays that an answer needs: anyone, and one that comes near a bound."""
MOST_SILENT, MOST_SILENT_BUSY = 2.0, 10.0
"""Percent of the plays that may end with "cannot tell", quiet and crowded."""
NEVER = (Fault.FALSE_PASS, Fault.FALSE_FAIL, Fault.WRONG_MEDAL, Fault.WRONG_MESSAGE)


@dataclass(frozen=True, slots=True)
class Tally:
    """What the plays of one level add up to."""

    level: str
    answers: int
    """How many answers were played, of :attr:`known`."""
    known: int
    plays: int
    plays_busy: int
    """Of :attr:`plays`."""
    false_pass: int
    false_fail: int
    wrong_medal: int
    wrong_message: int
    flips: int
    """Answers of which two plays said different things."""
    cannot_tell: float
    """Percent of the quiet plays."""
    cannot_tell_busy: float
    our_fault: int
    wanting: int
    """Plays that are still to be made before every answer has as many as it needs."""
    seconds: float
    """Of a quiet play that ended as it should, the median."""

    @property
    def holds(self) -> bool:
        """Whether nothing lied, nothing flipped, and few plays could not tell."""
        lies = self.false_pass + self.false_fail + self.wrong_medal + self.wrong_message
        silent = self.cannot_tell > MOST_SILENT or self.cannot_tell_busy > MOST_SILENT_BUSY
        return not (lies or self.flips or silent or self.our_fault)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def by_answer(plays: Iterable[Play]) -> dict[str, list[Play]]:
    """Return the plays of each answer."""
    found: defaultdict[str, list[Play]] = defaultdict(list)
    for play in plays:
        found[play.answer].append(play)
    return found


def needed(plays: Sequence[Play]) -> int:
    """Return how many plays an answer needs, after what these *plays* of it measured.

    A measure that is near a bound and was the same in every play is a counter, not a risk.
    """
    values: defaultdict[str, set[float]] = defaultdict(set)
    for play in plays:
        for measure, value in play.near.items():
            values[measure].add(value)
    varies = any(len(seen) > 1 for seen in values.values())
    return ENOUGH_NEAR if varies else ENOUGH


def wanting(plays: Sequence[Play], *, busy: bool) -> int:
    """Return how many quiet or crowded plays of an answer are still to be made."""
    made = sum(play.busy is busy for play in plays)
    return max(0, needed(plays) // 2 - made)


def tally(level: str, known: Sequence[str], plays: Sequence[Play]) -> Tally:
    """Return what *plays* of *level* add up to, where its corpus has the answers *known*."""
    of_answer = by_answer(play for play in plays if play.answer in known)
    here = [play for of_one in of_answer.values() for play in of_one]
    faults = Counter(play.fault for play in here)
    quiet, crowded = ([p for p in here if p.busy is busy] for busy in (False, True))
    good = [play.seconds for play in quiet if not play.fault]
    return Tally(
        level=level,
        answers=len(of_answer),
        known=len(known),
        plays=len(here),
        plays_busy=len(crowded),
        false_pass=faults[Fault.FALSE_PASS],
        false_fail=faults[Fault.FALSE_FAIL],
        wrong_medal=faults[Fault.WRONG_MEDAL],
        wrong_message=faults[Fault.WRONG_MESSAGE],
        flips=sum(has_flipped(of_one) for of_one in of_answer.values()),
        cannot_tell=_silent(quiet),
        cannot_tell_busy=_silent(crowded),
        our_fault=faults[Fault.OUR_FAULT],
        wanting=sum(
            wanting(of_answer.get(name, []), busy=busy) for name in known for busy in (False, True)
        ),
        seconds=round(statistics.median(good), 1) if good else 0.0,
    )


def has_flipped(plays: Sequence[Play]) -> bool:
    """Return whether the same answer was told different things."""
    return len({play.said for play in plays if play.said}) > 1


def _silent(plays: Sequence[Play]) -> float:
    """Return the percentage of *plays* that could not tell."""
    silent = sum(play.fault == Fault.CANNOT_TELL for play in plays)
    return round(100 * silent / len(plays), 1) if plays else 0.0
