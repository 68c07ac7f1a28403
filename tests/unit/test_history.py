"""What earlier runs say: which of them is shown as the last one."""

import pytest

from tutor.events import RunFinished
from tutor.judge import Outcome, Verdict
from tutor.learner.session import Session

FULL, QUICK, COUNTERS, FIXED = "full", "quick", "counters", "fixed"


def remember(session: Session, kind: str, seconds: float) -> None:
    """Put a run of *kind* into the journal; by its *seconds* it is known again."""
    slug = session.levels[0].slug
    run = RunFinished(
        "r",
        slug,
        "fixed" if kind == FIXED else "mine",
        kind == QUICK,
        seconds,
        Verdict(Outcome.NOT_YET, None, (), ()),
        {},
        kind == COUNTERS,
    )
    folder, files = session.workspace.folder, session.workspace.contents()
    session.journal.keep(
        files,
        level=slug,
        reason="run",
        workspace=folder,
        variant=run.variant,
        run=run.to_json(),
    )


@pytest.mark.parametrize(
    ("kinds", "shown"),
    [
        ((FULL, FULL, QUICK, COUNTERS, FIXED), 1),
        ((QUICK, COUNTERS, FIXED), 1),
        ((FIXED,), None),
        ((), None),
    ],
)
def test_the_last_verdict_is_of_the_newest_full_run_or_else_of_the_newest(
    session: Session, kinds: tuple[str, ...], shown: int | None
) -> None:
    """Of the learner's own files, that is."""
    session.enter(session.levels[0])
    for number, kind in enumerate(kinds):
        remember(session, kind, float(number))

    last = session.history.last_verdict(session.levels[0])

    assert (last.seconds if last else None) == shown


def test_what_is_older_than_the_newest_full_run_is_not_read(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workbench asks each time that it is opened, and a journal grows."""
    session.enter(session.levels[0])
    for number in range(5):
        remember(session, FULL, float(number))
    read = session.journal._read
    looked: list[object] = []
    monkeypatch.setattr(session.journal, "_read", lambda path: looked.append(path) or read(path))

    session.history.last_verdict(session.levels[0])

    assert len(looked) == 1
