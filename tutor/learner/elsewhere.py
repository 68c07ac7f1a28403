"""What another tutor measures in this workspace while a game is open: who, and what came of it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from tutor.run.runlock import Holder, is_alive, other_holder
from tutor.words.dates import clock
from tutor.words.texts import Texts

if TYPE_CHECKING:
    from tutor.events import RunFinished
    from tutor.learner.session import Session

LOOK = 0.5
"""Seconds between two looks of whoever asks again and again."""
PATIENCE = 5.0
"""Seconds after the end of a run for its verdict to be kept, where its tutor goes on."""


@dataclass(frozen=True, slots=True)
class OtherBegan:
    """Another tutor has begun to measure."""

    holder: Holder


@dataclass(frozen=True, slots=True)
class OtherEnded:
    """Another tutor measures no more."""

    holder: Holder
    run: "RunFinished | None"
    """None where it was stopped, and nothing came of it."""


class Elsewhere:
    """Looks for the runs of other tutors; asked now and then, by one thread."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._holder: Holder | None = None
        """Who measured when somebody looked last, and of whose verdict nothing is known yet."""
        self._before = 0
        """The newest entry of the journal when they were seen first."""
        self._until = 0.0
        """How long their verdict is waited for; 0 while they measure."""

    def look(self) -> Iterator[OtherBegan | OtherEnded]:
        """Yield what has happened since the last look."""
        now = other_holder(self._session.stack_folder)
        if self._holder is not None and now != self._holder:
            yield from self._ended(self._holder, hurry=now is not None)
        if now is not None and self._holder is None:
            self._holder, self._before, self._until = now, self._newest(), 0.0
            yield OtherBegan(now)

    def _ended(self, holder: Holder, *, hurry: bool) -> Iterator[OtherEnded]:
        """Yield the end of a run once its verdict is kept, or will not be any more."""
        self._until = self._until or time.monotonic() + PATIENCE
        # Asked first: what a tutor keeps before it ends is there then.
        is_over = hurry or not is_alive(holder) or time.monotonic() > self._until
        run = self._kept()
        if run is not None or is_over:
            self._holder = None
            yield OtherEnded(holder, run)

    def _newest(self) -> int:
        entries = self._session.journal.entries(workspace=self._session.workspace.folder)
        return next((entry.number for entry in entries), 0)

    def _kept(self) -> "RunFinished | None":
        """Return the run that was kept since the other one began."""
        from tutor.events import RunFinished

        entries = self._session.journal.entries(workspace=self._session.workspace.folder)
        for entry in takewhile(lambda entry: entry.number > self._before, entries):
            if entry.run:
                return RunFinished.from_json(entry.run)
        return None


def began(texts: Texts, holder: Holder) -> str:
    """Return who measures in this workspace, beside a game."""
    since = clock(holder.since)
    return texts("run.elsewhere", command=holder.command, pid=holder.pid, since=since)


def ended(texts: Texts, session: "Session", fact: OtherEnded) -> str:
    """Return what came of it."""
    from tutor.learner.results import counted_medal
    from tutor.words.wording import told_key

    run, command = fact.run, fact.holder.command
    if run is None:
        return texts("run.elsewhere_stopped", command=command)
    level = next((level for level in session.levels if level.slug == run.level), None)
    medal = counted_medal(run, session.level_progress(level) if level else None)
    outcome = texts(f"outcome.{told_key(run)}")
    return texts(
        "run.elsewhere_ended",
        command=command,
        level=f"{level.number}, {level.title[texts.language]}" if level else run.level,
        variant=texts(f"variant.{run.variant}"),
        outcome=f"{outcome}, {texts(f'medal.{medal}')}" if medal else outcome,
        seconds=run.seconds,
    )
