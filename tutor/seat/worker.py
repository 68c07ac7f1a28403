"""The thread that talks to the room while a game is open: it sends, it asks, nobody waits for it.

Every ten seconds it asks what is new, and most answers say: nothing. What is kept meanwhile, by
whichever process, goes within a second: until then three files are looked at, and none is read.
A room that does not answer is asked ever less often.
"""

import random
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from tutor.base import log
from tutor.base.errors import TutorError
from tutor.base.locks import if_free
from tutor.seat import seat as seats
from tutor.seat.inbox import Inbox, RoomMessage, inbox_file
from tutor.seat.incidents import MISSED, PATIENCE, Incidents, waiting
from tutor.seat.kept import Stamp, Watched
from tutor.seat.line import Line, RoomRefused, RoomSilent
from tutor.seat.sender import Sender, note_refusal
from tutor.seat.text import is_whole

EVERY, SLOWEST = 10.0, 60.0
"""Seconds between two questions: to a room that answers, and to one that has long been silent."""
JITTER = 0.2
"""The part by which each pause is longer or shorter: forty laptops do not ask at once."""
LOOK = 1.0
"""Seconds between two looks whether there is something to send."""


@dataclass(frozen=True, slots=True)
class RoomView:
    """The room as a front end shows it."""

    seat: seats.Seat
    inbox: Inbox
    answers: bool | None
    """Whether the room answered last; None before anybody asked."""
    waiting: int
    """How many events it does not have yet."""


class Worker:
    """Talks to the room of one seat until it is stopped, or the seat is left."""

    def __init__(
        self,
        seat: seats.Seat,
        incidents: Incidents,
        over: threading.Event,
        tell: Callable[[RoomView], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.seat = seat
        self.over = over
        self._incidents, self._tell, self._clock, self._wall = incidents, tell, clock, wall
        self._line, self._sender = Line(seat.base, seat.token), Sender(seat)
        self._inbox, self._kept_seat = Watched(inbox_file()), Watched(seats.kept_seat())
        self._etag = ""
        self._answers: bool | None = None
        self._failures = 0
        self._heard_at: float | None = None
        """When the room answered last, by a clock that goes on in a laptop that sleeps."""
        self._is_new = True
        self._held, self._is_talking = ExitStack(), False
        self._troubles, self._rest_until = 0, clock()
        self._poll_at = self._send_at = clock()
        self._seen: Stamp | None = None
        """The outbox as it was when it was looked into last."""
        self._told: object = None

    def start(self) -> None:
        """Begin, in a thread of its own that ends with the process."""
        threading.Thread(target=self._run, name="room", daemon=True).start()

    def _run(self) -> None:
        with self._held:
            try:
                while not self.over.is_set() and self.look():
                    self.over.wait(LOOK)
            except Exception as error:  # noqa: BLE001 - the thread's end: no game ends with it
                log.note("Nobody talks to the room any more.", error)

    # -- one look --------------------------------------------------------------------------------

    def look(self) -> bool:
        """Do what is due; return whether there is something to look at again.

        A disk that is full, or a file that cannot be read, may be well again later: what fails is
        noted once, and tried again ever less often.
        """
        if self._clock() < self._rest_until:
            return True
        try:
            is_on = self._look()
        except TutorError as error:
            if not self._troubles:
                log.note("The room is talked to again when this is mended.", error)
            self._troubles += 1
            self._rest_until = self._clock() + slowed(LOOK, self._troubles)
            return True
        self._troubles = 0
        return is_on

    def _look(self) -> bool:
        if not self._is_ours():
            # Another game has the seat; this one shows what that one heard.
            self.show()
            return True
        if self._kept_seat.look() != self.seat:
            return False
        self.step()
        return True

    def _is_ours(self) -> bool:
        """Return whether this process talks for the seat, from now on."""
        if not self._is_talking:
            with ExitStack() as asked:
                if asked.enter_context(if_free(seats.lock("worker"))):
                    self._held.push(asked.pop_all())
                    self._is_talking = True
        return self._is_talking

    def step(self) -> None:
        """Send what there is, ask where it is time to, let happen what is to happen."""
        if self._is_new:
            # What waited when another game ended is of that day.
            self._incidents.refuse(waiting(self._inbox.look().messages), MISSED)
            self._is_new = False
        try:
            if not self._inbox.look().gone:
                self._talk()
        except RoomSilent:
            self._failed()
        except RoomRefused as refused:
            note_refusal(refused)
            self._failed()
        self._incidents.go_on(self._inbox.look().messages)
        self.show()

    def _talk(self) -> None:
        now, stamp = self._clock(), self._sender.outbox.stamp
        if now >= self._send_at and stamp != self._seen:
            is_asked = len(self._sender.outbox) > 0
            if self._sender.send():
                # As it was before: what was kept while we sent is looked at the next time.
                self._seen = stamp
                if is_asked:
                    self._reached()
        if now >= self._poll_at:
            self._poll()
            self._reached()
            self._poll_at = now + self._pause()

    def _poll(self) -> None:
        cursor = self._inbox.look().cursor
        answer = self._line.get(f"/api/1/poll?after={cursor}", self._etag)
        before, self._heard_at = self._heard_at, self._wall()
        if answer.status == 304:
            return
        if not is_whole(answer.data.get("cursor")):
            raise RoomSilent.named("room_silent", address=self.seat.base, silence="garbled")
        with inbox_file().change() as inbox:
            new = inbox.take(answer.data, with_hand=len(self._sender.outbox) == 0)
        self._etag = answer.etag
        if before is None or self._heard_at - before > PATIENCE:
            # Nobody listened when it was sent: accidents of yesterday startle nobody.
            self._incidents.refuse(waiting(new), MISSED)

    def _reached(self) -> None:
        self._answers, self._failures = True, 0

    def _failed(self) -> None:
        self._answers = False
        self._failures += 1
        self._poll_at = self._send_at = self._clock() + self._pause()

    def _pause(self) -> float:
        """Return the seconds until the next question."""
        return slowed(EVERY, self._failures) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - only spreads

    def show(self) -> None:
        """Tell the front end how things stand, where that has changed."""
        left = len(self._sender.outbox)
        view = RoomView(self.seat, self._inbox.look(), self._answers, left)
        if view != self._told and not self.over.is_set():
            self._told = view
            self._tell(view)


def slowed(pause: float, failures: int) -> float:
    """Return *pause* after so many failures: twice as long with each, up to the slowest."""
    return min(SLOWEST, pause * 2.0 ** min(failures, 6))


def unshown(view: RoomView) -> list[RoomMessage]:
    """Return the messages of which nobody has seen a notice; incidents once they are decided."""
    return [one for one in view.inbox.messages if not one.is_shown and one.state != "waiting"]
