"""Bring what is kept to the room: in order, once, by one process at a time."""

import threading
import time
from contextlib import suppress

from tutor.base.errors import TutorError
from tutor.base.locks import if_free
from tutor.seat import seat as seats
from tutor.seat.inbox import inbox_file
from tutor.seat.line import TIMEOUT, Line, RoomRefused, RoomSilent
from tutor.seat.outbox import MOST_AT_ONCE, UNKNOWN, Outbox, Pending
from tutor.seat.text import is_whole

EVENTS = "/api/1/events"
TOO_MUCH = 413
BAD = ("bad_event", "too_large", "bad_request")
"""Refusals of what was sent, not of us."""


class Sender:
    """Sends the events of one seat."""

    def __init__(self, seat: seats.Seat) -> None:
        self.outbox = Outbox()
        self._line = Line(seat.base, seat.token)

    def send(self, seconds: float = 3 * TIMEOUT) -> bool:
        """Send what is kept; return whether nothing is left.

        Where somebody else is sending, it is theirs to send.

        Raises:
            RoomSilent: nobody answers; what was not confirmed is kept.
            RoomRefused: the room does not want to hear from us.
        """
        until = time.monotonic() + seconds
        with if_free(seats.lock("sending")) as ours:
            most = MOST_AT_ONCE
            while ours and (batch := self.outbox.batch(most)).events:
                left = until - time.monotonic()
                if left <= 0:
                    break
                try:
                    self._bring(batch, min(left, TIMEOUT))
                except RoomRefused as refused:
                    if refused.error not in BAD and refused.status != TOO_MUCH:
                        raise
                    # Which of them it was shows when they come one by one.
                    if len(batch.events) == 1:
                        self.outbox.drop_first()
                    most = 1
        return len(self.outbox) == 0

    def _bring(self, batch: Pending, timeout: float) -> None:
        if batch.first == UNKNOWN:
            self.outbox.confirm(self._post([], 1, timeout))
            return
        taken = self._post(batch.events, batch.first, timeout)
        self.outbox.confirm(taken)
        if not batch.first <= taken < batch.first + len(batch.events):
            raise RoomSilent.named("room_silent", address=self._line.base, silence="garbled")

    def _post(self, events: list[dict[str, object]], first: int, timeout: float) -> int:
        """Return up to which number the room has everything."""
        numbered = [{"n": n, **event} for n, event in enumerate(events, first)]
        answer = self._line.post(EVENTS, {"events": numbered}, timeout)
        taken = answer.data.get("taken")
        if not is_whole(taken):
            raise RoomSilent.named("room_silent", address=self._line.base, silence="garbled")
        assert isinstance(taken, int)
        return taken


def send_briefly(seconds: float) -> bool:
    """Send what is kept, for *seconds* at most; return whether nothing is left.

    Whatever becomes of it, it is kept, and goes with the next. A name that is looked up in vain
    for half a minute, or an answer that trickles, holds up a thread and nobody else.
    """
    worker = threading.Thread(target=_try, args=(seconds,), name="room, briefly", daemon=True)
    worker.start()
    worker.join(seconds)
    with suppress(TutorError):
        return not worker.is_alive() and len(Outbox()) == 0
    return False


def _try(seconds: float) -> None:
    with suppress(TutorError):
        seat = seats.current()
        if seat is None or len(Outbox()) == 0:
            return
        try:
            Sender(seat).send(seconds)
        except RoomRefused as refused:
            note_refusal(refused)


def note_refusal(refused: RoomRefused) -> None:
    """Remember that the room knows us no more, or is closed."""
    with inbox_file().change() as inbox:
        inbox.gone |= refused.status == 401
        inbox.closed |= refused.status == 410
