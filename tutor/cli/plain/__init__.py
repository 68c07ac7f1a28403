"""The game as lines of text: for screen readers, pipes and terminals that can do nothing else.

It reads the same session and the same stream of events as the screens and the commands do. It moves
no cursor, needs no colour and draws nothing over anything.
"""

from tutor.base import interrupts
from tutor.curriculum import Level
from tutor.learner.session import Session


def play(session: Session, level: Level | None = None, language: str = "") -> int:
    """Play until the learner leaves or the input ends; return the exit code."""
    from tutor.cli.plain.game import PlainGame

    game = PlainGame(session, language)
    try:
        return game.play(level)
    finally:
        game.others.close()
        game.saves.close()
        game.room.close()
        session.stack.release()
        interrupts.wait(session.stack.wait_until_gone)
