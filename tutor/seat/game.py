"""The seat while a game is open: what its front end shows of the room, and what it tells it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutor.base.errors import UsageError
from tutor.seat import seat as seats
from tutor.seat.inbox import RoomMessage, inbox_file
from tutor.seat.incidents import Incidents, Scene
from tutor.seat.outbox import Outbox
from tutor.seat.reporter import Reporter
from tutor.seat.worker import RoomView, Worker

if TYPE_CHECKING:
    from tutor.stack.stack import Stack


@dataclass(frozen=True, slots=True)
class Learner:
    """What the seat needs of the learner."""

    stack: "Stack"
    """What their shop runs on."""
    at: Callable[[], str]
    """Returns the level they are in; empty before the first."""
    diff: Callable[[], str]
    """Returns what they changed in it."""
    is_measuring: Callable[[], bool]
    """Returns whether something is measured."""


class GameSeat:
    """The seat of one game; *tell* hears of every change, in a thread of its own."""

    def __init__(self, learner: Learner, tell: Callable[[RoomView], None]) -> None:
        self._learner, self._tell = learner, tell
        self._over = threading.Event()
        self._worker: Worker | None = None

    def look(self) -> bool:
        """Begin to talk where the learner has a seat; return whether they have one."""
        seat = seats.current()
        if seat is None:
            self.close()
            return False
        if self._worker is None or self._worker.seat != seat or self._over.is_set():
            self.close()
            self._over = threading.Event()
            self._worker = Worker(seat, Incidents(self._scene()), self._over, self._tell)
            self._worker.start()
        return True

    def close(self) -> None:
        """Talk no more; nobody waits for the thread."""
        self._over.set()

    def _scene(self) -> Scene:
        learner = self._learner
        return Scene(learner.stack, learner.at, learner.is_measuring, self._over)

    # -- what the learner does -------------------------------------------------------------------

    def view(self) -> RoomView:
        """Return how things stand, whatever the thread has told by now.

        Raises:
            UsageError: the learner has no seat.
        """
        return RoomView(seats.require(), inbox_file().read(), None, len(Outbox()))

    def note_shown(self, messages: Sequence[RoomMessage]) -> None:
        """Remember that a notice of *messages* was on the screen, and tell the room."""
        new = []
        with inbox_file().change() as inbox:
            for kept in inbox.messages:
                if any(kept.id == one.id and kept.state == one.state for one in messages):
                    new += [] if kept.is_shown else [kept]
                    kept.is_shown = True
        Reporter().seen(new)

    def note_read(self) -> None:
        """Remember that the learner has looked at the list."""
        with inbox_file().change() as inbox:
            for message in inbox.messages:
                message.is_read = True

    def raise_hand(self, text: str = "") -> None:
        """Ask somebody to come."""
        seats.require()
        Reporter().hand_raised(text)

    def lower_hand(self) -> None:
        """Ask nobody any more."""
        seats.require()
        Reporter().hand_lowered()

    def switch_hand(self) -> bool:
        """Raise the hand, or take it down; return whether it is up now."""
        if self.view().inbox.hand:
            self.lower_hand()
            return False
        self.raise_hand()
        return True

    def switch_ready(self) -> bool:
        """Tell that one is done with this level, or is not after all; return which."""
        level = self._level()
        is_ready = self.view().inbox.ready != level
        Reporter().ready(level, on=is_ready)
        return is_ready

    def send_diff(self) -> bool:
        """Show what was changed, once; return whether all of it fitted."""
        level = self._level()
        return Reporter().diff(level, self._learner.diff())

    def _level(self) -> str:
        seats.require()
        level = self._learner.at()
        if not level:
            raise UsageError.named("no_level_for_room")
        return level
