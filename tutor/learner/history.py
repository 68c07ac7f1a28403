"""What earlier runs say: the last verdict, the first measures, how a number went."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from tutor.base.numeric import is_number
from tutor.curriculum import Level
from tutor.judge import Kind
from tutor.learner.journal import Entry, Journal
from tutor.learner.untouched import Untouched, measured_untouched
from tutor.learner.workspace import Workspace

if TYPE_CHECKING:
    from tutor.events import RunFinished


class History:
    """The runs of one workspace, as the journal kept them; *workspace* says which one it is now."""

    def __init__(
        self,
        journal: Journal,
        workspace: Callable[[], Workspace],
        levels: Callable[[], Sequence[Level]],
    ) -> None:
        self._journal = journal
        self._workspace = workspace
        self._untouched = Untouched(levels)

    def _entries(self, level: Level) -> Iterator[Entry]:
        """Yield what was kept of *level*, the newest first."""
        return self._journal.entries(level=level.slug, workspace=self._workspace().folder)

    def _own_runs(self, level: Level) -> Iterator[Entry]:
        """Yield the judged runs of the learner's own files in *level*, the newest first.

        Where what is broken was drawn anew, those of an earlier draw are of another shop.
        """
        here, drawn = self._workspace(), level.drawn
        number = here.number if drawn and here.exists and here.level == level.slug else None
        for entry in self._entries(level):
            if entry.run and entry.variant == "mine" and number in (None, entry.drawn_by):
                yield entry

    def last_run(self, level: Level) -> Entry | None:
        """Return the newest judged run of the learner's own files in *level*."""
        return next(self._own_runs(level), None)

    def last_verdict(self, level: Level) -> "RunFinished | None":
        """Return how the learner's last full run of *level* ended; without any, the last run."""
        from tutor.events import RunFinished

        newest = None
        for entry in self._own_runs(level):
            run = RunFinished.from_json(entry.run or {})
            if run and not run.quick and not run.counters:
                return run
            newest = newest or run
        return newest

    def first_measures(self, level: Level) -> Mapping[str, Any]:
        """Return what was measured of *level*'s broken shop on this machine; empty if nothing was.

        What the learner's own attempts measured is no "before": they had mended something by then.
        It may have been measured in another workspace, as for the certificate.
        """
        entries = self._journal.entries(level=level.slug)
        return measured_untouched(entries, self._untouched, self._workspace().number)

    def earlier(self, level: Level, measure: str, most: int = 20) -> list[float]:
        """Return *measure* of the learner's last runs of *level*, the newest last."""
        runs = (entry.run or {} for entry in self._own_runs(level))
        values = (run.get("measures", {}).get(measure) for run in runs)
        known = (float(value) for value in values if is_number(value))
        return list(islice(known, most))[::-1]

    def observed(self, level: Level) -> list[str]:
        """Return the findings of the last verdict, what refused the fix before the notes."""
        last = self.last_run(level)
        found = last.run["verdict"]["findings"] if last and last.run else []
        return [f["id"] for f in sorted(found, key=lambda finding: finding["kind"] != Kind.FOUL)]

    def missed(self, level: Level) -> frozenset[str]:
        """Return the measures in which the learner's last run of *level* fell short."""
        last = self.last_run(level)
        measures = last.run.get("measures", {}) if last and last.run else {}
        known = [goal.compare(measures) for goal in level.goals]
        return frozenset(g.measure for g in known if g.value is not None and not g.met)
