"""How outcomes and waits are named, wherever they are read as text."""

from tutor.events import RunAwaited, RunFinished
from tutor.words.dates import clock
from tutor.words.texts import Texts


def awaited(texts: Texts, event: RunAwaited) -> str:
    """Return for whom a run waits."""
    if not event.command:
        return texts("run.awaits_somebody")
    return texts("run.awaits", command=event.command, pid=event.pid, since=clock(event.since))


def outcome_key(run: RunFinished) -> str:
    """Return the key of the outcome's words; a quick check that passes is no win yet."""
    if run.quick and run.verdict.won:
        return "quick_passed"
    return run.verdict.outcome.value
