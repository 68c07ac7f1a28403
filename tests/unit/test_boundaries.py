"""Whatever fails around a run is told by its name, and never takes the verdict along."""

import errno
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.runs import other_run
from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.base.files import cannot_write
from tutor.base.log import log_file
from tutor.events import Event, RunAwaited, RunCancelled, RunFinished, RunStarted
from tutor.judge import Outcome, judge
from tutor.learner.session import Session
from tutor.run import play as plays
from tutor.run.play import RunSpec, last_finished
from tutor.words.texts import Texts

Phases = Callable[[Any], None]


@pytest.fixture
def game(session: Session) -> RunSpec:
    """Level 1 with the files it starts with."""
    session.enter(session.levels[0])
    return session.run_spec(session.levels[0], "mine")


@pytest.fixture
def phases(monkeypatch: pytest.MonkeyPatch) -> Callable[[Phases], None]:
    """Replace what is done with services: these tests are about what stands around it."""
    return lambda act: monkeypatch.setattr(plays._Run, "_phases", act)


def measuring(measures: dict[str, Any]) -> Phases:
    """Return phases that measure *measures*."""
    return lambda run: run.measures.update(measures)


@pytest.mark.parametrize("value", ["many", [1], float("nan")], ids=str)
def test_what_cannot_be_judged_is_our_fault(
    game: RunSpec, phases: Callable[[Phases], None], value: object
) -> None:
    """Neither the learner missed a goal by it, nor did anybody interrupt the run."""
    phases(measuring({"queries": value}))

    events = list(plays.play(game))
    finished = last_finished(events)

    assert finished is not None
    assert finished.verdict.outcome is Outcome.OUR_FAULT
    told = Texts("en").finding(game.level, finished.verdict.findings[-1])
    assert "TypeError: queries was measured as" in told
    assert "judge.py" in told
    assert "TypeError: queries" in log_file().read_text()


@pytest.mark.parametrize("error", [SystemExit(3), RuntimeError("the roof"), RecursionError("deep")])
def test_whatever_an_experiment_raises_is_our_fault(
    game: RunSpec, phases: Callable[[Phases], None], error: BaseException
) -> None:
    """Its name stands in the verdict."""

    def fail(run: Any) -> None:
        raise error

    phases(fail)

    finished = last_finished(list(plays.play(game)))

    assert finished is not None
    assert finished.verdict.outcome is Outcome.OUR_FAULT
    told = Texts("en").finding(game.level, finished.verdict.findings[-1])
    assert type(error).__name__ in told
    assert "test_boundaries.py" in told


def test_a_run_that_cannot_even_end_is_named(
    game: RunSpec, phases: Callable[[Phases], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error outside of every boundary comes out as itself, not as an interruption."""
    phases(measuring({}))
    monkeypatch.setattr(plays, "Verdict", None)
    monkeypatch.setattr(plays, "judge", None)

    with pytest.raises(TutorError, match="TypeError"):
        list(plays.play(game))


def test_what_goes_wrong_after_a_cancel_is_no_verdict(
    game: RunSpec, phases: Callable[[Phases], None]
) -> None:
    """Nobody asked for one any more."""
    cancel = Cancel()

    def fail(run: Any) -> None:
        cancel.set()
        raise RuntimeError

    phases(fail)

    assert isinstance(list(plays.play(game, cancel=cancel))[-1], RunCancelled)


# -- whoever comes second --------------------------------------------------------------------------


def test_a_run_waits_for_the_one_of_another_tutor_and_then_goes_on(
    game: RunSpec, phases: Callable[[Phases], None]
) -> None:
    """It says for whom, before anything else; that is nobody's fault, and no part of its time."""
    phases(measuring(dict.fromkeys((goal.measure for goal in game.level.goals), 0)))
    events, seen = plays.play(game), []
    with other_run(game.stack.folder) as other:
        seen = [next(events), next(events)]
        other.kill()
    seen += events

    awaited, finished = seen[1], last_finished(seen)
    assert isinstance(seen[0], RunStarted)
    assert isinstance(awaited, RunAwaited)
    assert awaited.pid == other.pid
    assert awaited.command.startswith("tutor ")
    assert abs(awaited.since - time.time()) < 120
    assert finished is not None
    assert finished.verdict.outcome is not Outcome.OUR_FAULT


def test_a_run_that_waits_can_be_cancelled(game: RunSpec, phases: Callable[[Phases], None]) -> None:
    """It is no run then."""
    cancel = Cancel()
    phases(measuring({}))
    with other_run(game.stack.folder) as other:
        seen = []
        for event in plays.play(game, cancel=cancel):
            seen.append(type(event))
            if isinstance(event, RunAwaited):
                cancel.set()
        other.kill()

    assert seen == [RunStarted, RunAwaited, RunCancelled]


# -- shown first, kept afterwards ------------------------------------------------------------------


def won(session: Session) -> RunFinished:
    """Return the end of a full run that won level 1."""
    measures = {"queries": 1, "slope": 0, "time_ratio": 0.08, "failures": 0, "rps": 44.2}
    level = session.levels[0]
    return RunFinished(
        "r", level.slug, "mine", False, 20.0, judge(level.goals, measures, []), measures
    )


@pytest.fixture
def scripted(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A learner whose runs win after their file was saved in the middle."""
    session.enter(session.levels[0])

    def play(game: RunSpec, **options: Any) -> Iterator[Event]:
        yield RunStarted("r", game.level.slug, game.variant, False)
        (session.workspace.folder / "catalog/views.py").write_text("# saved meanwhile\n")
        yield won(session)

    monkeypatch.setattr(plays, "play", play)
    return session


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_full_disk_does_not_lose_the_verdict(
    scripted: Session, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """It is there before anybody writes; the failure to write comes after it, with its cause."""
    error = cannot_write(scripted.journal.folder, OSError(errno.ENOSPC, "full"))

    def keep(*args: Any, **values: Any) -> None:
        raise error

    monkeypatch.setattr(scripted.journal, "keep", keep)
    played = scripted.play(scripted.levels[0])

    events = [next(played), next(played)]
    with pytest.raises(TutorError) as caught:
        next(played)

    assert isinstance(events[-1], RunFinished)
    said, _ = Texts(language).error(caught.value)
    cause = " ".join(Texts(language).error(error))
    assert said.endswith(cause)
    assert scripted.level_progress(scripted.levels[0]).attempts == 0


def test_a_verdict_is_kept_though_nobody_reads_on(scripted: Session) -> None:
    """Whoever has the last event may stop there."""
    events = scripted.play(scripted.levels[0])
    for event in events:
        if isinstance(event, RunFinished):
            assert not list(scripted.journal.entries())
            break
    events.close()

    assert [entry.reason for entry in scripted.journal.entries()] == ["run"]
    assert scripted.level_progress(scripted.levels[0]).medal == "gold"


# -- one snapshot ----------------------------------------------------------------------------------


def test_what_was_judged_is_what_is_kept(scripted: Session) -> None:
    """A save during the run is the next run's: neither journal nor diff know of it."""
    before = scripted.workspace.contents()

    list(scripted.play(scripted.levels[0]))

    entry = next(scripted.journal.entries())
    assert scripted.journal.contents(entry) == before
    assert scripted.workspace.contents() != before


def test_a_run_reads_its_own_copy_of_the_files(session: Session) -> None:
    """Changed, added or deleted: whatever is done to the folder, the run's files stay."""
    session.enter(session.levels[0])
    before = session.workspace.contents()
    game = session.run_spec(session.levels[0], "mine")

    views = session.workspace.folder / "catalog/views.py"
    views.write_text("# saved meanwhile\n")
    (session.workspace.folder / "catalog/models.py").unlink()
    (session.workspace.folder / "catalog/new.py").write_text("")

    assert {name: path.read_bytes() for name, path in game.files.items()} == before
    assert not any(path.is_relative_to(session.workspace.folder) for path in game.files.values())


def test_a_file_that_is_being_written_is_waited_for(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor empties a file before it fills it: nobody is judged on the half of it."""
    session.enter(session.levels[0])
    whole = session.workspace.contents()
    reads = iter([{**whole, "manage.py": b""}, {**whole, "manage.py": b"im"}, whole, whole])
    monkeypatch.setattr(session.workspace, "contents", lambda: next(reads))

    assert session.workspace.settled_contents() == whole


def test_a_level_left_behind_is_judged_as_it_was_left(session: Session) -> None:
    """With its own draw, out of the journal."""
    first, second = session.levels[:2]
    session.enter(first)
    (session.workspace.folder / "catalog/views.py").write_text("# mine\n")
    left = session.workspace.contents()
    session.enter(second)

    game = session.run_spec(first, "mine", kept=True)

    assert {name: path.read_bytes() for name, path in game.files.items()} == left
