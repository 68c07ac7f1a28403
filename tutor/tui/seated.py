"""The learner's seat in a room: notices of what it says, and keys to tell it something.

Nothing of it is imported, shown or asked for before somebody has joined a room.
"""

from contextlib import suppress
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from textual import on

from tutor.tui.base import Speaks
from tutor.tui.keys import key
from tutor.tui.messages import RoomHeard
from tutor.tui.others import SeesOthers

if TYPE_CHECKING:
    from collections.abc import Callable

    from tutor.learner.session import Session
    from tutor.seat.game import GameSeat
    from tutor.seat.worker import RoomView

LOOK = 2.0
"""Seconds between two looks whether a room was joined, or left."""
LONG = 15.0
"""Seconds that a notice stays; the list has it for good."""
ACTIONS = ("room", "hand", "ready", "send_diff")


class SitsInRoom(SeesOthers):
    """The part of the app that is tied to a room."""

    session: "Session"
    navigator: Any
    """The ways to the screens, as :class:`tutor.tui.ports.Navigator` has them."""

    # Capitals: the small letters are the workbench's, which would take them before the app does.
    BINDINGS = [
        key("P", "room", show=False),
        key("U", "hand", show=False),
        key("Y", "ready", show=False),
        key("Z", "send_diff", show=False),
    ]

    def __init__(self) -> None:
        self.seat: GameSeat | None = None
        """None while the learner has joined no room."""
        self.room_view: RoomView | None = None
        """How the room stands; None before it was looked at."""
        self._jobs = count()
        super().__init__()

    def watch_for_room(self) -> None:
        """Take the seat as soon as there is one."""
        self._look()
        self.set_interval(LOOK, self._look)

    def leave_room(self) -> None:
        """Talk to it no more; the seat stays the learner's."""
        if self.seat is not None:
            self.seat.close()

    def _look(self) -> None:
        if self.session.room.is_joined and self.seat is None:
            self.seat = self.session.room.game(self.session, self._tell)
        if self.seat is not None and not self.seat.look():
            self.seat = self.room_view = None
            self._show_mark()

    def _tell(self, view: "RoomView") -> None:
        """Hand on what the thread has heard; a game that has just ended hears nothing more."""
        with suppress(RuntimeError):
            self.post_message(RoomHeard(view))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the keys of the room only where one sits in one."""
        if action in ACTIONS:
            return self.seat is not None
        return super().check_action(action, parameters)

    # -- what the room says ----------------------------------------------------------------------

    @on(RoomHeard)
    def take_in_room(self, message: RoomHeard) -> None:
        """Show a quiet notice of what is new, and how the room stands."""
        from tutor.seat import wording
        from tutor.seat.worker import unshown

        message.stop()
        if self.seat is None:
            return
        self.room_view = message.view
        new = unshown(message.view)
        for one in new[-3:]:
            said = wording.headline(self.texts, self.session.levels, one)
            self.notify(self.texts("room.notice", said=said), timeout=LONG)
        if new:
            self._for_room(lambda seat: seat.note_shown(new), None)
        self._show_mark()

    @property
    def room_mark(self) -> str:
        """What a corner of each screen says of the room; empty where one sits in none."""
        if self.room_view is None:
            return ""
        from tutor.seat import wording

        return wording.mark(self.texts, self.room_view)

    def _show_mark(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Speaks):
                screen.room_changed(self.room_mark)
        self.screen.refresh_bindings()

    def is_closed_level(self, slug: str) -> bool:
        """Return whether the room asks to wait with the level *slug*."""
        if self.room_view is None:
            return False
        from tutor.seat import wording

        return wording.is_closed_level(self.room_view, slug)

    def is_locked_answer(self, slug: str) -> bool:
        """Return whether the room asks to wait with the answer of the level *slug*."""
        if self.room_view is None:
            return False
        from tutor.seat import wording

        return wording.is_locked_answer(self.room_view, slug)

    # -- what the learner tells ------------------------------------------------------------------

    def action_room(self) -> None:
        """List what the room said."""
        self._for_room(lambda seat: seat.note_read(), None)
        self.navigator.to_room()

    def action_hand(self) -> None:
        """Raise the hand, or take it down."""
        self._for_room(lambda seat: seat.switch_hand(), self._say_hand)

    def _say_hand(self, is_up: bool) -> None:
        self.notify(self.texts("room.hand.up" if is_up else "room.hand.down"))

    def action_ready(self) -> None:
        """Tell that the level is done, or is not after all."""
        self._for_room(lambda seat: seat.switch_ready(), self._say_ready)

    def _say_ready(self, is_ready: bool) -> None:
        said = "room.ready.on" if is_ready else "room.ready.off"
        self.notify(self.texts(said, number=self.session.level.number))

    def action_send_diff(self) -> None:
        """Show the room what was changed, once, after a question."""
        self.navigator.confirm(
            lambda: self.texts("room.diff.question"),
            lambda: self.texts("room.diff.yes"),
            self._send_diff,
        )

    def _send_diff(self, yes: bool | None) -> None:
        if yes:
            self._for_room(lambda seat: seat.send_diff(), self._say_sent)

    def _say_sent(self, is_whole: bool) -> None:
        self.notify(self.texts("room.diff.sent" if is_whole else "room.diff.cut"))

    def _for_room(
        self, job: "Callable[[GameSeat], Any]", then: "Callable[[Any], None] | None"
    ) -> None:
        """Do *job* off the event loop, where a disk may take its time."""
        screen = self.screen
        if self.seat is not None and isinstance(screen, Speaks):
            done = then or (lambda _: None)
            # A group of its own for each: of two keys in a row none takes the other's place.
            group = f"room {next(self._jobs)}"
            screen.background(partial(job, self.seat), done, group=group)
