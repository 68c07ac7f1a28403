"""What was measured before any repair: by runs of the shop as its level begins."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tutor.base.errors import TutorError
from tutor.curriculum import Level
from tutor.curriculum.compose import compose
from tutor.judge import Outcome
from tutor.learner.journal import Entry, digest_of


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
        key = (entry.level, entry.drawn_by)
        if key not in self._starts:
            self._starts[key] = self._start(*key)
        return self._starts[key] == entry.files

    def _start(self, slug: str, number: int) -> Mapping[str, str] | None:
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


def measured_untouched(newest_first: Iterable[Entry], untouched: Untouched) -> dict[str, Any]:
    """Return what was measured of a level's broken shop, each measure by the first run that had it.

    A quick check measures less than a full run, so one run alone may lack some. *newest_first* are
    entries of one level; a run that could not tell, or failed by our fault, says nothing. The
    learner's own run of it goes before a demo's: a briefing promises that it is what counts.
    """
    own: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    for entry in newest_first:
        if entry.run and entry.outcome == Outcome.NOT_YET and untouched(entry):
            first = own if entry.variant == "mine" else shown
            first |= entry.run.get("measures", {})
    return shown | own
