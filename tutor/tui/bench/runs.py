"""Runs of the level: begin, follow, cancel, end."""

from textual import on, work

from tutor.curriculum.figures import OF_RUNS
from tutor.errors import Cancelled, TutorError, unforeseen
from tutor.events import RunFinished
from tutor.stack.cancel import Cancel
from tutor.tui.bench.base import Bench
from tutor.tui.collector import spare_what_stays
from tutor.tui.messages import EarlierRead, EventReported, RunEnded
from tutor.wording import bound, outcome_key, shown


class RunsLevel(Bench):
    """The part of the workbench that measures the learner's shop."""

    _quiet = False
    """The run began by itself, after a save: no screen opens at its end."""
    _told_missed = False
    """It was told that this run cannot be won any more."""
    _again = False
    """Files were saved during a quick check: check once more."""
    _full_next = False
    """The full run was asked for during a quick check: it takes the check's place."""

    def action_check(self) -> None:
        """Begin a quick check."""
        self.begin_run(quick=True)

    def action_verify(self) -> None:
        """Begin the full run."""
        self.begin_run(quick=False)

    def action_cancel(self) -> None:
        """Stop the run that is on."""
        self.board.cancelling = True
        self._again = self._full_next = False
        self.run_cancel.set()
        self.show_board()

    def begin_run(self, *, quick: bool, quiet: bool = False) -> None:
        """Begin a run of the learner's own files, unless one is on."""
        if self.board.running:
            self._again = quiet and self.board.quick
            if self.board.quick and not quick:
                self._give_way()
            elif not quiet:
                self.news("run.already", severity="warning")
            return
        if self.unsaved:
            self.news("run.unsaved", severity="warning", files=", ".join(self.unsaved))
        self.run_cancel, self._quiet, self._told_missed = Cancel(), quiet, False
        self.board.begin(quick)
        if quiet:
            self.show_board()
        else:
            self.show_tab("run")
        # Now, before visitors come: it takes a moment itself.
        self.call_after_refresh(spare_what_stays)
        self.play_level(quick, self.run_cancel)

    def _give_way(self) -> None:
        """Stop the quick check that is on; the full run answers more, and begins right after it."""
        self.action_cancel()
        self._full_next = True

    @work(thread=True, exclusive=True, group="run")
    def play_level(self, quick: bool, cancel: Cancel) -> None:
        """Play the level off the event loop; report by message."""
        error: TutorError | None = None
        try:
            self._tell_earlier()
            with self.ground(cancel):
                for event in self.session.play(self.level, "mine", quick=quick, cancel=cancel):
                    self.post_message(EventReported(event))
        except Cancelled:
            pass
        except TutorError as known:
            error = known
        except Exception as unknown:  # noqa: BLE001 - the worker's boundary: it ends in a message
            error = unforeseen(unknown)
        self.post_message(RunEnded(error))

    def _tell_earlier(self) -> None:
        """Tell what earlier runs measured, to stand beside what this one does."""
        drawn = [name for name in OF_RUNS if name in self.level.charts]
        by_measure = {name: self.session.earlier(self.level, name) for name in drawn}
        self.post_message(EarlierRead(self.session.first_measures(self.level), by_measure))

    @on(EarlierRead)
    def remember_earlier(self, message: EarlierRead) -> None:
        """Put what earlier runs measured beside this one."""
        message.stop()
        self.board.first, self.board.earlier = message.first, message.by_measure

    @on(EventReported)
    def take_in(self, message: EventReported) -> None:
        """Show what happened."""
        message.stop()
        self.board.apply(message.event)
        self.show_board_soon()
        if self._quiet and not self._told_missed:
            self._tell_missed()

    def _tell_missed(self) -> None:
        """Tell of a goal that is missed as soon as it is: the rest of the check takes longer."""
        missed = self.board.standing.first_missed
        if missed is None or not self.board.running:
            return
        self._told_missed = True
        self.news(
            "run.missed",
            severity="warning",
            value=shown(missed.value),
            unit=self.tutor.texts.unit(self.level, missed.measure, missed.value),
            bound=bound(missed),
        )

    @on(RunEnded)
    def end_run(self, message: RunEnded) -> None:
        """Show how the run ended."""
        message.stop()
        self.board.end()
        finished = self.board.finished
        self.board.cancelled = finished is None and message.error is None
        self.refresh_bindings()
        self.show_board()
        full_next, self._full_next = self._full_next, False
        if message.error is not None:
            if finished is not None:
                self.show_verdict(finished)
            self.tutor.navigator.explain(message.error)
        elif full_next:
            self._again = False
            self.begin_run(quick=False)
        elif finished is None:
            self.news("run.cancelled")
        elif self._again:
            self._again = False
            self.begin_run(quick=True, quiet=True)
        elif self._quiet:
            self._tell(finished)
        else:
            self.show_verdict(finished)
        if not self.board.running:
            self.serve_anew()

    def _tell(self, finished: RunFinished) -> None:
        key = outcome_key(finished)
        severity = "information" if key == "quick_passed" else "warning"
        self.news(
            "run.quiet",
            severity=severity,
            outcome=self.tutor.texts(f"outcome.{key}"),
        )

    def action_verdict(self) -> None:
        """Show the last verdict again."""
        if self.board.finished is None:
            self.news("run.no_verdict")
        else:
            self.show_verdict(self.board.finished)

    def show_verdict(self, finished: RunFinished) -> None:
        """Open the verdict of *finished*."""
        self.tutor.navigator.to_verdict(self.level, finished, self.board.first)
