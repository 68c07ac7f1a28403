"""Keep a run: in the journal, and where it was the learner's own also in the progress."""

from typing import TYPE_CHECKING, Any

from tutor.judge import Outcome
from tutor.learner.journal import Snapshot

if TYPE_CHECKING:
    from tutor.events import RunFinished
    from tutor.learner.session import Session


def keep_run(session: "Session", run: "RunFinished", taken: Snapshot, number: int) -> None:
    """Keep *run* of the files *taken*, whose broken ones *number* drew."""
    session.journal.keep(
        taken,
        level=run.level,
        reason="run",
        workspace=session.workspace.folder,
        variant=run.variant,
        run=_told(session, run),
        drawn_by=number,
    )
    judged = run.verdict.outcome in (Outcome.WON, Outcome.NOT_YET)
    if run.variant != "mine" or run.quick or run.counters or not judged:
        return
    with session.progress_file.change() as progress:
        progress.of(run.level).attempts += 1
        if run.verdict.medal:
            progress.record_win(run.level, run.verdict.medal, run.measures)


def _told(session: "Session", run: "RunFinished") -> dict[str, Any]:
    """Return the run as the journal keeps it, with what the learner had said was wrong."""
    mine = session.progress.of(run.level)
    said: dict[str, Any] = {}
    if run.variant == "mine" and mine.diagnosis:
        said["diagnosis"] = mine.diagnosis
    if run.variant == "mine" and mine.prediction is not None:
        said["prediction"] = mine.prediction
    return {**run.to_json(), **said}
