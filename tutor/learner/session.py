"""One learner in one workspace: everything a front end can ask for."""

import threading
from collections.abc import Generator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError, UsageError
from tutor.base.tables import near
from tutor.catalogue import language_of_environment
from tutor.curriculum import Hint, Level, load_levels
from tutor.curriculum.compose import compose, seeding
from tutor.learner import journal as journals
from tutor.learner.begun import Begun, never_begun
from tutor.learner.coach import write_coach_file
from tutor.learner.hints import hints_to_come
from tutor.learner.history import History
from tutor.learner.journal import Entry, Journal, Snapshot
from tutor.learner.keeping import keep_run
from tutor.learner.missing import with_missing_files
from tutor.learner.progress import LevelProgress, Progress, ProgressFile
from tutor.learner.room import RoomTie
from tutor.learner.stacks import folder_at, stack_at
from tutor.learner.workspace import Workspace, check_name
from tutor.words.texts import Texts

if TYPE_CHECKING:
    from tutor.events import Event, RunFinished
    from tutor.load.crew import Crew
    from tutor.run.play import RunSpec
    from tutor.stack.gauge import Gauge
    from tutor.stack.stack import Stack

DEFAULT_WORKSPACE = "bettys_shop"
HALF = "half"
"""The variant of files that were being replaced when something ended us."""


class Session:
    """One learner in one workspace."""

    def __init__(self, folder: Path | None = None, where: str = "local") -> None:
        self.workspace = Workspace(folder or Path(DEFAULT_WORKSPACE))
        self.levels = load_levels()
        self.progress_file = ProgressFile()
        self.journal = Journal()
        self.history = History(self.journal, lambda: self.workspace, lambda: self.levels)
        self._where = where
        self._make_stack = partial(stack_at, where, self.workspace.folder)
        self._stack: Stack | None = None
        self._stack_lock = threading.Lock()
        if where != "local":
            # Whether there can be containers is said before anything else.
            self._stack = self._make_stack()
        self.crew: Crew | None = None
        """Who makes the load; None for Locust alone."""
        self.room = RoomTie()
        """Who is told what happens, where the learner has joined a room."""
        self.counters = False
        """Whether runs are judged by counters alone; such a run counts for no medal."""

    @property
    def stack(self) -> "Stack":
        """What the shop runs on; made when it is first asked for, and the same from then on."""
        with self._stack_lock:
            if self._stack is None:
                self._stack = self._make_stack()
            return self._stack

    @stack.setter
    def stack(self, stack: "Stack") -> None:
        self._stack = stack

    @property
    def stack_folder(self) -> Path:
        """Where the stack runs: whoever only looks for traces of it need not make it."""
        return folder_at(self._where, self.workspace.folder)

    # -- where we are ------------------------------------------------------------------------------

    @property
    def progress(self) -> Progress:
        """What is remembered of this learner."""
        return self.progress_file.read()

    @property
    def level(self) -> Level:
        """The level whose files are in the workspace."""
        slug = self.workspace.level
        for level in self.levels:
            if level.slug == slug:
                return level
        raise UsageError.named("no_level_yet", folder=self.workspace.folder)

    def level_progress(self, level: Level) -> LevelProgress:
        """Return what the learner did in *level*."""
        return self.progress.of(level.slug)

    def next_level(self, level: Level) -> Level | None:
        """Return the level after *level*; None after the last."""
        later = self.levels[self.levels.index(level) + 1 :]
        return later[0] if later else None

    # -- the files ---------------------------------------------------------------------------------

    def enter(self, level: Level) -> Begun:
        """Put the files of *level* into the workspace; return what became of it.

        What was there is kept in the journal first. A level that was begun before comes back as the
        learner left it.
        """
        self.progress_file.require_agreed(level)
        self.workspace.check_free()
        if self.workspace.exists and self.workspace.level == level.slug:
            self._write_coach_file()
            self.room.level_opened(level)
            return Begun(moved=False)
        kept = self._keep("move") if self.workspace.exists else None
        left = self.journal.latest(level.slug, self.workspace.folder)
        number = left.drawn_by if left else new_number()
        contents = self.journal.contents(left) if left else self.start_contents(level, number)
        self._fill(level.slug, contents, number)
        with self.progress_file.change() as progress:
            progress.current = level.slug
        self.room.level_opened(level)
        return Begun(moved=True, came_back=left is not None, kept=kept)

    def _fill(self, slug: str, contents: Mapping[str, bytes], number: int) -> None:
        self.workspace.fill(slug, contents, number)
        self._write_coach_file()

    def _write_coach_file(self) -> None:
        language = self.progress.language or language_of_environment()
        write_coach_file(self.workspace.folder, Texts(language))

    def start_contents(self, level: Level, number: int) -> dict[str, bytes]:
        """Return the files with which *level* starts where *number* draws what is broken."""
        return read_all(compose(level, "broken", self.levels, number))

    def contents(self, variant: str) -> dict[str, bytes]:
        """Return the files of *variant* of the current level."""
        if variant == "mine":
            return self.workspace.contents()
        return read_all(compose(self.level, variant, self.levels, self.workspace.number))

    def diff(self, before: str = "broken", after: str = "mine") -> str:
        """Return the unified diff between two variants of the current level."""
        return journals.diff(self.contents(before), self.contents(after))

    def reset(self, file: str = "") -> Entry:
        """Bring the level's files back as it started, all or only *file*; return what was kept.

        All of them: what the level breaks by chance is drawn anew.
        """
        level = self.level
        number = new_number() if level.drawn and not file else self.workspace.number
        start = self.start_contents(level, number)
        if file:
            check_name(file, start)
        kept = self._keep("reset")
        contents = {**self.workspace.contents(), file: start[file]} if file else start
        self._fill(level.slug, contents, number)
        return kept

    def check_reset(self, file: str) -> None:
        """Raise :class:`UsageError` for a *file* that the level does not start with."""
        check_name(file, self.start_contents(self.level, self.workspace.number))

    def restore(self, entry: Entry) -> Entry:
        """Bring the files of a journal entry back; return the entry that keeps what was there."""
        contents = self.journal.contents(entry)
        kept = self._keep("restore")
        self._fill(entry.level, contents, entry.drawn_by)
        return kept

    def keep_unsaved(self, texts: Mapping[str, str]) -> Entry:
        """Keep what an editor held that was on no disk; the files themselves stay as they are."""
        unsaved = {name: text.encode() for name, text in texts.items()}
        return self.journal.keep(
            {**self.workspace.contents(), **unsaved},
            level=self.workspace.level,
            reason="unsaved",
            workspace=self.workspace.folder,
            variant="unsaved",
            drawn_by=self.workspace.number,
        )

    def _keep(self, reason: str) -> Entry:
        """Keep the files as they are; after an interrupted fill they are nobody's state."""
        whole = self.workspace.level
        return self.journal.keep(
            self.workspace.contents(),
            level=whole or self.workspace.filling,
            reason=reason,
            workspace=self.workspace.folder,
            variant="mine" if whole else HALF,
            drawn_by=self.workspace.number,
        )

    # -- hints and answers -------------------------------------------------------------------------

    def hints_taken(self, level: Level) -> list[Hint]:
        """Return the hints taken so far, in the order in which they were taken."""
        taken = self.level_progress(level).hints_taken
        return [level.hints[place] for place in taken if place < len(level.hints)]

    def take_hint(self, level: Level) -> tuple[int, Hint]:
        """Return the next hint with its number from 1; the last one is repeated."""
        with self.progress_file.change() as progress:
            mine = progress.of(level.slug)
            new = hints_to_come(level, mine, self.history.observed(level))[:1]
            mine.hints_taken += new
            taken = mine.hints_taken
        if new:
            self.room.hint_taken(level, taken[-1] + 1)
        return len(taken), level.hints[taken[-1]]

    def has_more_hints(self, level: Level) -> bool:
        """Return whether there is a hint that was not taken and still leads on."""
        mine, observed = self.level_progress(level), self.history.observed(level)
        return bool(hints_to_come(level, mine, observed))

    def see_answer(self, level: Level) -> None:
        """Remember that the reference answer was asked for before the win."""
        with self.progress_file.change() as progress:
            mine = progress.of(level.slug)
            if not mine.medal:
                mine.answer_seen = True

    # -- the diagnosis -----------------------------------------------------------------------------

    def diagnose(self, level: Level, choice: str) -> None:
        """Remember what the learner thinks is wrong in *level*.

        Raises:
            UsageError: the level asks nothing, or knows no such choice.
        """
        known = level.diagnosis.choices if level.diagnosis else {}
        if not known:
            raise UsageError.named("no_diagnosis", hint="see_briefing", level=level.slug)
        if choice not in known:
            raise UsageError.named("no_choice", choice=choice, **near(choice, known))
        with self.progress_file.change() as progress:
            progress.of(level.slug).diagnosis = choice

    def predict(self, level: Level, number: float) -> None:
        """Remember the number that the learner guesses for *level*.

        Raises:
            UsageError: the level asks for none, or it cannot be one.
        """
        if level.prediction is None:
            raise UsageError.named("no_number", hint="see_briefing", level=level.slug)
        if not 0 <= number < float("inf"):
            raise UsageError.named("not_measurable", number=number)
        with self.progress_file.change() as progress:
            progress.of(level.slug).prediction = number

    # -- runs --------------------------------------------------------------------------------------

    def gauge(self, level: Level | None = None) -> "Gauge":
        """Return a new look at what the services of this workspace use.

        For a *level* only what it draws is looked for, where that costs a connection.
        """
        from tutor.stack.gauge import Gauge

        return Gauge(self.stack, (*level.monitor, *level.charts) if level else None)

    def has_begun(self, level: Level) -> bool:
        """Return whether the learner's own files of *level* are here, or kept."""
        here = self.workspace.exists and self.workspace.level == level.slug
        return here or self.journal.latest(level.slug, self.workspace.folder) is not None

    def snapshot(self, level: Level, variant: str, *, kept: bool = False) -> tuple[Snapshot, int]:
        """Return the files of *variant* as they are now, and the number that drew the broken ones.

        Whatever is saved from now on is no part of it. With *kept*, the learner's own files of a
        level they are not at come from the journal.

        Raises:
            PackNotAgreed: it is of a level pack, and nobody has asked the learner yet.
        """
        self.progress_file.require_agreed(level)
        if variant == "mine" and kept and level.slug != self.workspace.level:
            left = self.journal.latest(level.slug, self.workspace.folder)
            if left is None:
                raise never_begun(level, self.workspace.folder)
            return self.journal.snapshot(left), left.drawn_by
        number = self.number_of(level)
        if variant == "mine":
            self.require_level(level)
            return self.journal.take(self.workspace.settled_contents()), number
        files = compose(level, variant, self.levels, number)
        return self.journal.take(read_all(files)), number

    def run_spec(self, level: Level, variant: str, *, kept: bool = False) -> "RunSpec":
        """Return what a run of *level* on *variant* needs: see :meth:`snapshot`."""
        return self._run_spec(level, variant, *self.snapshot(level, variant, kept=kept))

    def _run_spec(self, level: Level, variant: str, taken: Snapshot, number: int) -> "RunSpec":
        from tutor.run.play import RunSpec

        is_mine = variant == "mine"
        return RunSpec(
            level,
            variant,
            taken.files,
            broken_files=compose(level, "broken", self.levels, number),
            healthy_files=compose(level, "fixed", self.levels),
            stack=self.stack,
            shown_as=self.workspace.folder if is_mine else None,
            crew=self.crew,
            missed=self.history.missed(level) if is_mine else frozenset(),
            seed_files=seeding(level, self.levels),
            counters=self.counters,
        )

    def number_of(self, level: Level) -> int:
        """Return the number that draws what *level* breaks: the workspace's, if it is at it."""
        is_here = self.workspace.exists and self.workspace.level == level.slug
        return self.workspace.number if is_here else new_number()

    def require_level(self, level: Level) -> None:
        """Refuse to judge the learner's files as another level than the one they are at."""
        if not self.workspace.exists:
            Workspace.at(self.workspace.folder, level.number)
        if self.workspace.level != level.slug:
            raise UsageError.named(
                "at_other_level",
                at=self.workspace.level or "no level",
                level=level.slug,
                number=level.number,
            )

    def play(
        self,
        level: Level,
        variant: str = "mine",
        *,
        quick: bool = False,
        cancel: Cancel | None = None,
        kept: bool = False,
    ) -> "Generator[Event, None, None]":
        """Play and yield what happens; what the learner did is kept and remembered.

        The verdict is shown first and kept after it: what was measured for minutes must not be lost
        to a full disk.

        Raises:
            TutorError: nothing could be measured, or the verdict could not be kept.
        """
        from tutor.events import RunFinished
        from tutor.run.play import play

        taken, number = self.snapshot(level, variant, kept=kept)
        run_spec = self._run_spec(level, variant, taken, number)
        with (
            self.room.run(level, variant, number, quick=quick) as hear,
            closing(play(run_spec, quick=quick, cancel=cancel)) as events,
        ):
            for event in events:
                if not isinstance(event, RunFinished):
                    hear(event)
                    yield event
                    continue
                event = with_missing_files(event, run_spec.broken_files, run_spec.files)
                hear(event)
                try:
                    yield event
                finally:
                    # Also where nobody asks for more: this is the last event.
                    self._remember(event, taken, number)

    def _remember(self, event: "RunFinished", taken: Snapshot, number: int) -> None:
        try:
            keep_run(self, event, taken, number)
        except TutorError as error:
            raise TutorError.named("verdict_not_kept", cause=error) from error


def new_number() -> int:
    """Return a number to draw by, never 0."""
    import secrets

    return 1 + secrets.randbelow(2**31)


def read_all(files: Mapping[str, Path]) -> dict[str, bytes]:
    """Return the contents of *files*."""
    try:
        return {name: path.read_bytes() for name, path in files.items()}
    except OSError as error:
        raise TutorError.named(
            "cannot_read", hint="check_permissions", where=error.filename, reason=error.strerror
        ) from error
