"""Runs of other tutors in the same workspace: who measures, and what came of it."""

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import on, work

from tutor.tui.base import Speaks
from tutor.tui.messages import RunSeenElsewhere
from tutor.tui.mishaps import SurvivesMishaps

if TYPE_CHECKING:
    from tutor.learner.session import Session
    from tutor.run.runlock import Holder

LOOK = 0.5
"""Seconds between two looks."""
LONG = 15.0
"""Seconds that the notice of a result stays: nobody waits for it before this screen."""


class SeesOthers(SurvivesMishaps):
    """The part of the app that looks for runs of other tutors."""

    session: "Session"
    other_run: "Holder | None" = None
    """Who measures in this workspace, beside this game."""

    def watch_for_others(self) -> None:
        """Look from now on."""
        self._unwatched = threading.Event()
        self._look_for_others()

    def leave_others(self) -> None:
        """Look no more."""
        self._unwatched.set()

    @work(thread=True, group="watch")
    def _look_for_others(self) -> None:
        elsewhere = None
        while not self._unwatched.wait(LOOK):
            # Imported after the first wait: the first frame comes before it.
            from tutor.learner.elsewhere import Elsewhere

            elsewhere = elsewhere or Elsewhere(self.session)
            with suppress(OSError, RuntimeError):  # the disk is away for a moment; the game ends
                for fact in elsewhere.look():
                    self.post_message(RunSeenElsewhere(fact))

    @on(RunSeenElsewhere)
    def take_in_other_run(self, message: RunSeenElsewhere) -> None:
        """Say who measures, or what came of it, and let every screen show it."""
        from tutor.learner.elsewhere import OtherBegan, began, ended

        message.stop()
        fact, run = message.fact, None
        if isinstance(fact, OtherBegan):
            self.other_run = fact.holder
            self.notify(began(self.texts, fact.holder))
        else:
            self.other_run, run = None, fact.run
            self.notify(ended(self.texts, self.session, fact), timeout=LONG)
        for screen in self.screen_stack:
            if isinstance(screen, Speaks):
                screen.other_run_changed(run)
