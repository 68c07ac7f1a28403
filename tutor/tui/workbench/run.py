"""Runs of the level: begin, follow, cancel, end; and what is drawn of them."""

import time
from collections.abc import Mapping
from typing import Any

from textual import on, work
from textual.app import ComposeResult
from textual.containers import ScrollableContainer, Vertical
from textual.content import Content
from textual.widgets import TextArea

from tutor.base.cancel import Cancel
from tutor.base.errors import Cancelled, TutorError, unforeseen
from tutor.curriculum.figures import OF_RUNS
from tutor.events import Event, RunAwaited, RunFinished
from tutor.tui import wording
from tutor.tui.charts import MOST, charts
from tutor.tui.garbage import freeze_what_stays
from tutor.tui.keys import key
from tutor.tui.widgets.chart import Chart
from tutor.tui.widgets.log_view import LogView
from tutor.tui.widgets.plain import Static
from tutor.tui.widgets.race_view import RaceView
from tutor.tui.workbench.ground import ground
from tutor.tui.workbench.messages import EarlierRead, EventReported, RunEnded
from tutor.tui.workbench.model import WorkModel
from tutor.tui.workbench.part import Part
from tutor.words.wording import awaited, told_key

SEEN = 0.5
"""Seconds after which the learner has seen a run that began behind another screen."""
TOGETHER = 2.0
"""Seconds within which what is saved belongs together: a change of several files is one change."""


class RunTab(Part):
    """Measures the learner's shop, and draws what the run reports."""

    NAME = "run"
    KEYS = (
        key("c,f5", "check"),
        key("v,f9", "verify"),
        key("escape", "cancel", priority=True, display="esc"),
        key("w", "verdict", show=False),
    )

    def __init__(self, model: WorkModel) -> None:
        super().__init__(model)
        self._cancel = Cancel()
        self._quiet = False
        """The run began by itself, after a save: no screen opens at its end."""
        self._unseen = False
        """The run began behind another screen, and the learner has not seen it yet."""
        self._told_missed = False
        """It was told that this run cannot be won any more."""
        self._again = False
        """Files were saved during a quick check: check once more."""
        self._full_next = False
        """The full run was asked for during a quick check: it takes the check's place."""

    def compose(self) -> ComposeResult:
        """Yield the log first: it is what the arrow keys move; above it race and charts."""
        yield LogView()
        with Vertical(id="drawn"):
            yield RaceView()
            with ScrollableContainer(id="charts", can_focus=True):
                for number in range(MOST):
                    yield Chart(id=f"chart{number}")
            yield Static(id="log-name")

    def begin(self) -> None:
        """Show how the last run ended, and who measures, if need be before the game was opened."""
        self.model.board.elsewhere = self.tutor.other_run
        self.background(self._read_last, self._recall, group="recall")

    def _read_last(self) -> tuple[RunFinished | None, Mapping[str, Any]]:
        history = self.session.history
        return history.last_verdict(self.level), history.first_measures(self.level)

    def _recall(self, found: tuple[RunFinished | None, Mapping[str, Any]]) -> None:
        """Show that run as the last one, unless another one is on by now, or over."""
        board, (finished, first) = self.model.board, found
        if finished is not None and not board.running and board.finished is None:
            self._show_as_last(finished, first)

    def take_over(self, finished: RunFinished) -> None:
        """Show a run of another tutor as the last one, unless one of ours is on."""

        def show(first: Mapping[str, Any]) -> None:
            if not self.model.board.running:
                self._show_as_last(finished, first)

        self.background(
            lambda: self.session.history.first_measures(self.level), show, group="recall"
        )

    def files_restored(self) -> None:
        """Forget a verdict that is of an earlier draw."""
        if self.level.drawn:
            self.background(self._read_last, self._forget, group="recall")

    def _forget(self, found: tuple[RunFinished | None, Mapping[str, Any]]) -> None:
        if found[0] is None and not self.model.board.running:
            self.model.board.forget()
            self.bench.show_board()

    def _show_as_last(self, finished: RunFinished, first: Mapping[str, Any]) -> None:
        self.model.board.recall(finished, first)
        # A win is celebrated when it is won.
        self.tutor.celebrated = finished
        self.bench.show_board()

    def end(self) -> None:
        """Stop the run that is on."""
        self._cancel.set()

    # -- keys ------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to stop only while there is a run, and to begin one only while there is none.

        A full run may begin during a quick check: the check after a save must not be in its way.
        """
        board = self.model.board
        if action == "cancel":
            return board.running
        if action == "verify":
            return not board.running or board.quick
        return not board.running if action == "check" else True

    def action_check(self) -> None:
        """Begin a quick check."""
        self.run_level(quick=True)

    def action_verify(self) -> None:
        """Begin the full run."""
        self.run_level(quick=False)

    def action_cancel(self) -> None:
        """Stop the run that is on; not one that nobody saw begin: the key was for what hid it."""
        if not self._unseen:
            self._stop()

    def uncovered(self) -> None:
        """Let the learner see what began meanwhile, before a key stops it."""
        if self._unseen:
            self.set_timer(SEEN, self._note_seen)

    def _note_seen(self) -> None:
        self._unseen = self._unseen and not self.screen.is_active

    def _stop(self) -> None:
        self.model.board.cancelling = True
        self._again = self._full_next = False
        self._cancel.set()
        self.bench.show_board()

    def action_verdict(self) -> None:
        """Show the last verdict again."""
        if self.model.board.finished is not None:
            self._show_verdict(self.model.board.finished)
        else:
            # Of an earlier game, or from before the run that is on.
            history, level = self.session.history, self.level
            self.background(lambda: history.last_verdict(level), self._show_last, group="verdict")

    def _show_last(self, finished: RunFinished | None) -> None:
        if finished is None:
            self.news("run.no_verdict")
        else:
            self._show_verdict(finished)

    # -- running ---------------------------------------------------------------------------------

    def run_level(self, *, quick: bool, quiet: bool = False) -> None:
        """Begin a run of the learner's own files, unless one is on."""
        board = self.model.board
        if board.running:
            if quiet and board.quick:
                self._check_again()
            elif board.quick and not quick:
                self._give_way()
            elif not quiet:
                self.news("run.already", severity="warning")
            return
        if unsaved := self.model.desk.unsaved:
            self.news("run.unsaved", severity="warning", files=", ".join(unsaved))
        self._cancel, self._quiet, self._told_missed = Cancel(), quiet, False
        self._unseen = not self.screen.is_active
        board.begin(quick)
        if quiet:
            self.bench.show_board()
        else:
            self.bench.bring(self.NAME)
        # Now, before visitors come: it takes a moment itself.
        self.call_after_refresh(freeze_what_stays)
        self.play_level(quick, self._cancel)

    def _check_again(self) -> None:
        """Check once more, at once where what is being judged was only half of a change."""
        if self._full_next:
            return  # it judges what is there when it begins
        if self._quiet and time.monotonic() - self.model.board.began < TOGETHER:
            self._stop()
        self._again = True

    def _give_way(self) -> None:
        """Stop the quick check that is on; the full run answers more, and begins right after it."""
        self._stop()
        self._full_next = True

    @work(thread=True, exclusive=True, group="run")
    def play_level(self, quick: bool, cancel: Cancel) -> None:
        """Play the level off the event loop; report by message."""
        error: TutorError | None = None
        try:
            self._tell_earlier()
            with ground(self.tutor.ground_lock, cancel):
                for event in self.session.play(self.level, "mine", quick=quick, cancel=cancel):
                    self.tell(EventReported(event))
        except Cancelled:
            pass
        except TutorError as known:
            error = known
        except Exception as unknown:  # noqa: BLE001 - the worker's boundary: it ends in a message
            error = unforeseen(unknown)
        self.tell(RunEnded(error))

    def _tell_earlier(self) -> None:
        """Tell what earlier runs measured, to stand beside what this one does."""
        drawn = [name for name in OF_RUNS if name in self.level.charts]
        by_measure = {name: self.session.history.earlier(self.level, name) for name in drawn}
        self.post_message(EarlierRead(self.session.history.first_measures(self.level), by_measure))

    @on(EarlierRead)
    def remember_earlier(self, message: EarlierRead) -> None:
        """Put what earlier runs measured beside this one."""
        message.stop()
        board = self.model.board
        board.first, board.earlier = message.first, message.by_measure

    def follow(self, event: Event) -> None:
        """Tell for whom the run waits, and of a goal as soon as it is missed."""
        board = self.model.board
        if isinstance(event, RunAwaited):
            self.news("run.awaits", severity="warning", told=awaited(self.texts, event))
        if not self._quiet or self._told_missed or not board.running:
            return
        missed = board.standing.first_missed
        if missed is None:
            return
        self._told_missed = True
        self.news(
            "run.missed",
            severity="warning",
            value=self.texts.number(missed.value),
            unit=self.texts.unit(self.level, missed.measure, missed.value),
            bound=self.texts.bound(missed),
        )

    # -- the end ---------------------------------------------------------------------------------

    def end_run(self, error: TutorError | None) -> None:
        """Show how the run ended; begin the one that was asked for meanwhile."""
        board = self.model.board
        board.end()
        finished = board.finished
        board.cancelled = finished is None and error is None
        self.bench.show_board()
        full_next, self._full_next = self._full_next, False
        if error is not None:
            if finished is not None:
                self._show_verdict(finished)
            self.tutor.navigator.explain(error)
        elif full_next:
            self._again = False
            self.run_level(quick=False)
        elif self._again:
            self._again = False
            self.run_level(quick=True, quiet=True)
        elif finished is None:
            self.news("run.cancelled")
        elif self._quiet:
            self._tell(finished)
        else:
            self._show_verdict(finished)

    def _tell(self, finished: RunFinished) -> None:
        key = told_key(finished)
        severity = "information" if key == "quick_passed" else "warning"
        # Where somebody types, the key would be one more letter.
        said = "run.quiet_typing" if isinstance(self.screen.focused, TextArea) else "run.quiet"
        self.news(said, severity=severity, outcome=self.texts(f"outcome.{key}"))

    def _show_verdict(self, finished: RunFinished) -> None:
        self.tutor.navigator.to_verdict(self.level, finished, self.model.board.first)

    # -- drawing ---------------------------------------------------------------------------------

    def show_board(self) -> None:
        """Draw race, charts and log of the run that is on, or of the last one."""
        self._show_charts()
        self._show_log()

    def _show_charts(self) -> None:
        board = self.model.board
        found, empty = charts(board, self.texts), self.t("chart.empty")
        for number, chart in enumerate(self.query("#charts Chart").results(Chart)):
            chart.display = number < len(found)
            if number < len(found):
                chart.show(found[number], empty if number == 0 else "")
        self.query_one(RaceView).show(board, self.texts)
        # Where there is no room for both, the charts give way to the race, then it to them.
        is_loaded, race = bool(board.samples), board.race
        racing = race is not None and len(race.started.shops) > 1 and not is_loaded
        self.set_class(racing, "-racing").set_class(is_loaded, "-loaded")

    def _show_log(self) -> None:
        lines = []
        for seconds, event in self.model.board.log:
            if line := wording.event_line(self.texts, self.level, event):
                indent = len(line.plain) - len(line.plain.lstrip())
                when = f"{self.texts.fixed(seconds):>5}" if seconds >= 0 else "    –"
                mark = Content.styled(f"{when}  {' ' * indent}", "$text-muted")
                lines.append((mark, line[indent:]))
        self.query_one("#log-name", Static).update(self.t("log.run"), layout=False)
        empty = (Content(""), Content.styled(self.t("log.empty"), "$text-muted"))
        self.query_one(LogView).show(lines or [empty])
