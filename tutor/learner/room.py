"""What ties this learner to a room, where they have joined one.

Every fact that the room is told passes here, whichever front end it comes from. Where nobody has
joined, that costs a look at whether a file is there; and whatever goes wrong with the room is noted
and stops nobody.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tutor.base import log
from tutor.base.errors import TutorError
from tutor.base.paths import seat_file
from tutor.curriculum import Level

if TYPE_CHECKING:
    from tutor.events import Event
    from tutor.learner.session import Session
    from tutor.seat.game import GameSeat
    from tutor.seat.reporter import Reporter
    from tutor.seat.worker import RoomView


class RoomTie:
    """Hands facts to the seat, and to nobody where there is none."""

    def __init__(self, *, of_learner: bool = True) -> None:
        """Tie whoever plays; not *of_learner* where others' work is judged: it has no seat."""
        self._of_learner = of_learner
        self.runs = 0
        """How many runs are on, in this process."""

    @property
    def is_joined(self) -> bool:
        """Whether the learner has a seat; asked anew each time, for one may join meanwhile."""
        return self._of_learner and seat_file().is_file()

    def level_opened(self, level: Level) -> None:
        """Note that the learner is in *level*."""
        self._tell(lambda seat: seat.level_opened(level.slug))

    def hint_taken(self, level: Level, number: int) -> None:
        """Note that the learner took a hint, by its number from 1."""
        self._tell(lambda seat: seat.hint_taken(level.slug, number))

    @contextmanager
    def run(
        self, level: Level, variant: str, number: int, *, quick: bool
    ) -> "Iterator[Callable[[Event], None]]":
        """Note a run of the learner's own shop, from the events that it is handed.

        How it ended is told at the end of the block: after the verdict was shown, and kept.
        """
        from tutor.events import RunFinished, RunStarted

        finished: list[RunFinished] = []
        outcome, began = "cancelled", time.monotonic()
        is_mine, told = variant == "mine", self._tell

        def hear(event: "Event") -> None:
            if isinstance(event, RunStarted) and is_mine:
                told(lambda seat: seat.run_started(level.slug, quick=quick))
            elif isinstance(event, RunFinished):
                finished.append(event)

        self.runs += 1
        try:
            yield hear
        except TutorError:
            outcome = "our_fault"
            raise
        finally:
            self.runs -= 1
            seconds = time.monotonic() - began
            if is_mine and finished:
                told(lambda seat: seat.run_finished(finished[0], number))
            elif is_mine:
                told(lambda seat: seat.run_broken_off(level.slug, outcome, seconds, quick=quick))

    def game(self, session: "Session", tell: "Callable[[RoomView], None]") -> "GameSeat":
        """Return the seat for a game of *session*; *tell* hears what becomes of it."""
        from tutor.run.runlock import is_under_way
        from tutor.seat.game import GameSeat, Learner

        learner = Learner(
            session.stack,
            at=lambda: session.workspace.level,
            diff=session.diff,
            # In this process or in another: a `tutor verify` beside the game is left in peace, too.
            is_measuring=lambda: self.runs > 0 or is_under_way(session.stack_folder),
        )
        return GameSeat(learner, tell)

    def _tell(self, say: "Callable[[Reporter], None]") -> None:
        if not self.is_joined:
            return
        try:
            from tutor.seat.reporter import Reporter

            say(Reporter())
        except Exception as error:  # noqa: BLE001 - a level is never less playable for a room
            log.note("A fact could not be kept for the room.", error)
