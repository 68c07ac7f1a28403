"""The seat of a plain game: what the room says is told between two commands, never over a line."""

from typing import TYPE_CHECKING

from tutor.base.errors import UsageError
from tutor.learner.session import Session

if TYPE_CHECKING:
    from tutor.cli.plain.talk import Talk
    from tutor.seat.game import GameSeat
    from tutor.seat.worker import RoomView
    from tutor.words.texts import Texts


class PlainRoom:
    """The seat, where the learner has one."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seat: GameSeat | None = None
        self._view: RoomView | None = None
        """What the thread told last."""
        self._answers: bool | None = None
        """Whether the room answered when that was said last."""

    def look(self) -> bool:
        """Begin to talk to the room where one was joined meanwhile; return whether one was."""
        if not self._session.room.is_joined:
            self.close()
            return False
        if self._seat is None:
            self._seat = self._session.room.game(self._session, self._take)
        return self._seat.look()

    def _take(self, view: "RoomView") -> None:
        self._view = view

    def seat(self) -> "GameSeat":
        """Return the seat.

        Raises:
            UsageError: the learner has none.
        """
        if not self.look() or self._seat is None:
            raise UsageError.named("no_seat")
        return self._seat

    def view(self) -> "RoomView":
        """Return how things stand by now."""
        from dataclasses import replace

        return replace(self.seat().view(), answers=self._view.answers if self._view else None)

    def tell_news(self, talk: "Talk", texts: "Texts") -> None:
        """Say what the room said since somebody looked last."""
        if not self.look() or self._view is None:
            return
        from tutor.seat import wording
        from tutor.seat.worker import unshown

        view = self._view
        if view.answers is not None and view.answers is not self._answers:
            self._answers = view.answers
            talk.tell(texts(f"room.turned.{'there' if view.answers else 'silent'}"))
        new = unshown(self.seat().view())
        for message in new:
            talk.tell(wording.headline(texts, self._session.levels, message))
            if text := wording.body(texts, self._session.levels, message):
                talk.tell(text)
        if new:
            self.seat().note_shown(new)

    def is_closed_level(self, slug: str) -> bool:
        """Return whether the room asks to wait with the level *slug*."""
        if not self.look():
            return False
        from tutor.seat import wording

        return wording.is_closed_level(self.view(), slug)

    def is_locked_answer(self, slug: str) -> bool:
        """Return whether the room asks to wait with the answer of the level *slug*."""
        if not self.look():
            return False
        from tutor.seat import wording

        return wording.is_locked_answer(self.view(), slug)

    def close(self) -> None:
        """Talk to no room any more."""
        if self._seat is not None:
            self._seat.close()
            self._seat = None
