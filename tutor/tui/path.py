"""Where the learner is on the way through the campaign."""

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


def current(session: Session) -> Level | None:
    """Return the level whose files are in the workspace; None before the first."""
    slug = session.workspace.level
    return next((level for level in session.levels if level.slug == slug), None)


def way_on(session: Session) -> Level | None:
    """Return the level to go on with; None before the first.

    It is the one in the workspace; once that is won, the next that is not.
    """
    here, progress = current(session), session.progress
    if here is None or not progress.of(here.slug).medal:
        return here
    later = session.levels[session.levels.index(here) + 1 :]
    return next((level for level in later if not progress.of(level.slug).medal), here)
