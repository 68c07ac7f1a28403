"""How the levels stand on the way through the campaign."""

from tutor.curriculum import Level
from tutor.learner.progress import Progress
from tutor.learner.session import Session

WON, HERE, OPEN = "won", "here", "open"
"""How a level stands: it is won, it is the one in the workspace, or it is open as all are."""


def state_of(session: Session, progress: Progress, level: Level) -> str:
    """Return how *level* stands; one that is won stays won while it is played again."""
    if progress.of(level.slug).medal:
        return WON
    return HERE if session.workspace.level == level.slug else OPEN
