"""A fill that is interrupted loses nothing and is not believed."""

import pytest

from tutor.learner import workspace as workspaces
from tutor.learner.session import HALF, Session


class Killed(BaseException):
    """Stands for the end of the process in the middle of writing."""


@pytest.fixture
def dies_after(monkeypatch: pytest.MonkeyPatch):
    """Let the writing of files end with the given one."""
    written: list[str] = []
    write = workspaces.write_atomic

    def dies(count: int) -> None:
        def write_or_die(path, data, **options):
            if len(written) == count:
                raise Killed
            written.append(str(path))
            write(path, data, **options)

        monkeypatch.setattr(workspaces, "write_atomic", write_or_die)

    yield dies
    monkeypatch.undo()


def test_a_first_fill_that_was_interrupted_is_finished_by_the_next(
    session: Session, dies_after, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is ours, not somebody else's, although half of the files are missing."""
    level = session.levels[0]
    dies_after(3)
    with pytest.raises(Killed):
        session.enter(level)
    monkeypatch.undo()

    session.enter(level)

    assert session.workspace.level == level.slug
    assert session.workspace.contents() == session.start_contents(level, session.workspace.number)


def test_a_reset_that_was_interrupted_brings_back_what_the_learner_had(
    session: Session, dies_after, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half-replaced files never become the learner's newest state."""
    level = session.levels[0]
    session.enter(level)
    for name in ("catalog/views.py", "catalog/models.py", "shop/urls.py"):
        path = session.workspace.folder / name
        path.write_text(path.read_text() + "\n# mine\n")
    mine = session.workspace.contents()
    dies_after(1)
    with pytest.raises(Killed):
        session.reset()
    monkeypatch.undo()

    session.enter(level)

    assert session.workspace.contents() == mine
    kept = [entry.variant for entry in session.journal.entries()]
    assert HALF in kept
