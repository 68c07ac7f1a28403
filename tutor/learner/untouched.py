"""What was measured before any repair: by runs of the shop as its level begins."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tutor.base.errors import TutorError
from tutor.base.numeric import is_number
from tutor.curriculum import Level
from tutor.curriculum.compose import compose
from tutor.curriculum.figures import RATIO
from tutor.judge import Outcome
from tutor.learner.journal import Entry, digest_of

Measures = Mapping[str, Any]


class Untouched:
    """Knows of an entry of the journal whether its files are those that a level begins with."""

    def __init__(self, levels: Callable[[], Sequence[Level]]) -> None:
        self._levels = levels
        self._starts: dict[tuple[str, int], Mapping[str, str] | None] = {}
        """Path to digest, by level and by the number that drew what is broken."""

    def __call__(self, entry: Entry) -> bool:
        """Return whether *entry* is of the broken shop; a shop of another version never is."""
        if entry.variant != "mine":
            return entry.variant == "broken"
        return self._start(entry.level, entry.drawn_by) == entry.files

    def begin_alike(self, level: str, *numbers: int) -> bool:
        """Return whether *level* begins with the same files whichever of *numbers* draws them."""
        first, *others = (self._start(level, number) for number in numbers)
        return all(start == first for start in others)

    def _start(self, slug: str, number: int) -> Mapping[str, str] | None:
        if (slug, number) not in self._starts:
            self._starts[slug, number] = self._composed(slug, number)
        return self._starts[slug, number]

    def _composed(self, slug: str, number: int) -> Mapping[str, str] | None:
        levels = self._levels()
        level = next((one for one in levels if one.slug == slug), None)
        if level is None:
            return None
        try:
            files = compose(level, "broken", levels, number)
            return {name: digest_of(path.read_bytes()) for name, path in files.items()}
        except (TutorError, OSError):
            # A pack that is half there: there is nothing to compare with.
            return None


def measured_untouched(
    newest_first: Iterable[Entry], untouched: Untouched, drawn_by: int
) -> dict[str, Any]:
    """Return what was measured of a level's broken shop, each measure by the first run that had it.

    A quick check measures less than a full run, so one run alone may lack some. *newest_first* are
    entries of one level. Where what is broken is drawn, another draw is another shop: those count
    that begin as the one *drawn_by* drew. A run that could not tell, or failed by our fault, says
    nothing. The learner's own run goes before a demo's: a briefing promises that it is what counts.
    A ratio of the broken shop to itself says how crowded the machine was, and is left out.
    """
    own: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    for entry in newest_first:
        if not entry.run or entry.outcome != Outcome.NOT_YET or not untouched(entry):
            continue
        if untouched.begin_alike(entry.level, entry.drawn_by, drawn_by):
            first = own if entry.variant == "mine" else shown
            first |= entry.run.get("measures", {})
    return {name: value for name, value in (shown | own).items() if not name.endswith(RATIO)}


def before_of(measure: str, run: Measures, untouched: Measures) -> float | None:
    """Return what the broken shop had: *untouched*, else beside the learner's in that *run*."""
    measured = number_of(measure, untouched)
    return number_of(f"broken_{measure}", run) if measured is None else measured


def number_of(measure: str, measures: Measures) -> float | None:
    """Return what was measured; None where that is no number."""
    value = measures.get(measure)
    return value if is_number(value) else None
