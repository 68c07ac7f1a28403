"""Where the learner is on the way through the campaign, and where it goes on."""

from contextlib import suppress

from tutor.base.errors import TutorError
from tutor.curriculum import Level
from tutor.judge import Medal
from tutor.learner.journal import digest_of
from tutor.learner.progress import Progress
from tutor.learner.session import Session


def current(session: Session) -> Level | None:
    """Return the level whose files are in the workspace; None before the first."""
    slug = session.workspace.level
    return next((level for level in session.levels if level.slug == slug), None)


def way_on(session: Session) -> Level | None:
    """Return the level to begin or to go on with; None once all are won.

    It is the one in the workspace; once that is won, the next that is not, unless the learner went
    on working at it for a better medal, or came back to it from a later win. Behind the last one
    come those that were left out.
    """
    here, progress = current(session), session.progress
    if here is not None and _is_at_work(session, progress, here):
        return here
    place = session.levels.index(here) if here else 0
    around = session.levels[place:] + session.levels[:place]
    return next((level for level in around if not progress.of(level.slug).medal), None)


def has_begun(session: Session) -> bool:
    """Return whether the learner is at a level by now, or has won one."""
    progress = session.progress
    return current(session) is not None or any(
        progress.of(one.slug).medal for one in session.levels
    )


def is_through(session: Session) -> bool:
    """Return whether every level is won, with whatever medal."""
    progress = session.progress
    return bool(session.levels) and all(progress.of(one.slug).medal for one in session.levels)


def left(session: Session) -> list[Level]:
    """Return the levels that are won, and can be won better."""
    progress = session.progress
    return [level for level in session.levels if _can_be_better(progress, level)]


def _can_be_better(progress: Progress, level: Level) -> bool:
    mine = progress.of(level.slug)
    return bool(mine.medal) and Medal(mine.medal) is not mine.counted(Medal.GOLD)


def _is_at_work(session: Session, progress: Progress, level: Level) -> bool:
    """Return whether *level* is not won, was worked at after the medal, or was come back to."""
    mine = progress.of(level.slug)
    if not mine.medal:
        return True
    won = [progress.of(one.slug).won_at for one in session.levels]
    if not all(won) and max(won) > mine.won_at:
        return True
    last = session.history.last_run(level)
    if last is None or not _can_be_better(progress, level):
        return False
    now = {name: digest_of(data) for name, data in session.workspace.contents().items()}
    return last.at > mine.won_at or now != last.files


def needs_story(session: Session, level: Level) -> bool:
    """Return whether nobody has told the learner yet how *level* begins.

    A level may have begun in the shell; who has tried it before this was noted needs no story.
    """
    mine = session.level_progress(level)
    return not (mine.story_told or mine.attempts or mine.medal)


def is_begun(session: Session, level: Level) -> bool:
    """Return whether the learner was in *level*: only then does one go on with it."""
    return current(session) is level or not needs_story(session, level)


def note_story(session: Session, level: Level) -> None:
    """Remember that the story of *level* was told; one that comes twice harms nobody."""
    with suppress(TutorError), session.progress_file.change() as progress:
        progress.of(level.slug).story_told = True
