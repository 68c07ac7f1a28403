"""A run of another tutor in the same workspace: seen while it lasts, and what came of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import wait_until
from tests.tui import fakes
from tutor.learner import elsewhere
from tutor.learner.elsewhere import Elsewhere, OtherBegan, OtherEnded, ended
from tutor.run.runlock import Holder, other_holder, run_lock
from tutor.words.texts import Texts

HOLDER = Holder(4711, "tutor verify 1", 0.0)
OTHER = Holder(4712, "tutor verify 1 --quick", 9.0)
HOLDING = """
import sys
from pathlib import Path
from tutor.run.runlock import run_lock
with run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def learner(home: Path, tmp_path: Path) -> fakes.FakeSession:
    """Somebody at level 1."""
    session = fakes.FakeSession(tmp_path / "shop")
    session.enter(session.levels[0])
    return session


class Neighbour:
    """Another tutor, as the lock file and the table of processes show it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.holder: Holder | None = None
        self.alive = True
        monkeypatch.setattr(elsewhere, "other_holder", lambda _: self.holder)
        monkeypatch.setattr(elsewhere, "is_alive", lambda _: self.alive)


@pytest.fixture
def neighbour(monkeypatch: pytest.MonkeyPatch) -> Neighbour:
    """Nobody measures yet."""
    return Neighbour(monkeypatch)


def test_who_holds_the_lock_is_known_while_they_do(tmp_path: Path) -> None:
    """Another process by what it runs; our own run is none of another's, and nobody is nobody."""
    assert other_holder(tmp_path) is None
    with run_lock(tmp_path):
        assert other_holder(tmp_path) is None
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path)], stdin=-1, stdout=-1, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    seen = other_holder(tmp_path)
    process.communicate()

    assert seen is not None
    assert seen.pid == process.pid
    assert wait_until(lambda: other_holder(tmp_path) is None)


def test_a_run_is_told_once_and_then_its_verdict(
    learner: fakes.FakeSession, neighbour: Neighbour
) -> None:
    """The verdict is kept a moment after the lock is free: nothing is told before."""
    look = Elsewhere(learner).look
    nobody = list(look())
    neighbour.holder = HOLDER
    seen = [*look(), *look()]
    neighbour.holder = None
    not_kept_yet = list(look())
    list(learner.play(learner.levels[0]))
    (end,) = look()

    assert nobody == not_kept_yet == list(look()) == []
    assert seen == [OtherBegan(HOLDER)]
    assert isinstance(end, OtherEnded)
    assert end.run is not None
    assert end.run.verdict.won
    told = ended(Texts("en"), learner, end)
    assert told.endswith("Level 1, The chatty front page, mine: Won, gold, after 21 s.")


def test_a_run_that_was_stopped_has_ended_without_a_result(
    learner: fakes.FakeSession, neighbour: Neighbour
) -> None:
    """As soon as its process is gone; entries from before are not its own."""
    list(learner.play(learner.levels[0]))
    look = Elsewhere(learner).look
    neighbour.holder = HOLDER
    list(look())
    neighbour.holder, neighbour.alive = None, False

    assert list(look()) == [OtherEnded(HOLDER, None)]


def test_who_goes_on_without_a_verdict_is_not_waited_for_for_ever(
    learner: fakes.FakeSession, neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`verify --watch` outlives its runs."""
    look = Elsewhere(learner).look
    neighbour.holder = HOLDER
    list(look())
    neighbour.holder = None
    waited = list(look())
    monkeypatch.setattr(elsewhere.time, "monotonic", lambda: float("inf"))

    assert waited == []
    assert list(look()) == [OtherEnded(HOLDER, None)]


def test_two_runs_in_a_row_are_two(learner: fakes.FakeSession, neighbour: Neighbour) -> None:
    """The next one begins before anybody has looked."""
    look = Elsewhere(learner).look
    neighbour.holder = HOLDER
    list(look())
    list(learner.play(learner.levels[0]))
    neighbour.holder = OTHER
    first, second = look()

    assert isinstance(first, OtherEnded)
    assert first.run is not None
    assert second == OtherBegan(OTHER)
