"""One run at a time in one workspace."""

import fcntl
import os
import threading
import time
from pathlib import Path

import pytest

from tests.runs import other_run
from tutor.base.cancel import Cancel
from tutor.base.errors import Cancelled, TutorError
from tutor.base.locks import INSTANT
from tutor.run.runlock import Holder, RunUnderWay, is_under_way, run_lock, run_turn


def test_a_second_run_is_refused_and_told_who_has_the_first(tmp_path: Path) -> None:
    """The process is named, and what can be done."""
    with other_run(tmp_path) as other:
        with (
            pytest.raises(RunUnderWay, match=f"process {other.pid}") as caught,
            run_lock(tmp_path),
        ):
            pytest.fail("the block must not run")
        other.kill()

    assert "another --workspace" in caught.value.hint
    assert "tutor " in caught.value.message


def test_who_waits_is_told_whose_turn_it_is_and_gets_theirs(tmp_path: Path) -> None:
    """The process, its command and since when; once it has ended, the right to run is ours."""
    told: list[Holder] = []
    with other_run(tmp_path) as other:
        before = is_under_way(tmp_path)

        def tell(holder: Holder) -> None:
            told.append(holder)
            other.kill()

        with run_turn(tmp_path, Cancel(), tell):
            ours = Holder.read(tmp_path / "run.lock")

    assert before
    assert [holder.pid for holder in told] == [other.pid]
    assert 0 < time.time() - told[0].since < 120
    assert ours.pid == os.getpid()


def test_who_need_not_wait_is_told_nothing(tmp_path: Path) -> None:
    """The right to run was free."""
    with run_turn(tmp_path, Cancel(), lambda holder: pytest.fail("nobody was there")):
        assert is_under_way(tmp_path)


def test_waiting_ends_when_somebody_gives_it_up(tmp_path: Path) -> None:
    """Whoever has it keeps it."""
    cancel = Cancel()
    with other_run(tmp_path) as other:
        with pytest.raises(Cancelled), run_turn(tmp_path, cancel, lambda holder: cancel.set()):
            pytest.fail("the block must not run")
        assert is_under_way(tmp_path)
        other.kill()


@pytest.mark.parametrize("note", ["", "process 12 (tutor verify)", "[]", '{"pid": "?"}'])
def test_a_holder_who_says_nothing_is_nobody_in_particular(tmp_path: Path, note: str) -> None:
    """An older version signed otherwise."""
    (tmp_path / "run.lock").write_text(note)

    assert Holder.read(tmp_path / "run.lock") == Holder()


def test_whoever_asks_is_told_of_the_run_of_another_process(tmp_path: Path) -> None:
    """As long as it lasts; asking makes no folder, and takes nobody's right to run."""
    before = is_under_way(tmp_path / "nowhere")
    with other_run(tmp_path) as other:
        during = is_under_way(tmp_path)
        other.kill()
    after = is_under_way(tmp_path)

    assert (before, during, after) == (False, True, False)
    assert not (tmp_path / "nowhere").exists()


def test_whoever_only_asks_is_never_taken_for_a_run(tmp_path: Path) -> None:
    """For an instant they have the lock, as many as like; a run waits so long."""
    path = tmp_path / "run.lock"
    path.touch()
    with path.open() as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        threading.Timer(INSTANT / 5, fcntl.flock, (asking, fcntl.LOCK_UN)).start()
        with run_lock(tmp_path):
            assert is_under_way(tmp_path)


def test_a_run_that_was_killed_blocks_nobody(tmp_path: Path) -> None:
    """The kernel gives the lock back."""
    with other_run(tmp_path) as other:
        other.kill()

    with run_lock(tmp_path):
        pass


def test_two_threads_of_one_tutor_cannot_both_run(tmp_path: Path) -> None:
    """The lock is the run's, not the process's."""
    with run_lock(tmp_path), pytest.raises(RunUnderWay), run_lock(tmp_path):
        pytest.fail("the block must not run")


def test_two_workspaces_run_beside_each_other(tmp_path: Path) -> None:
    """Each has a lock of its own."""
    with run_lock(tmp_path / "one"), run_lock(tmp_path / "two"):
        pass


def test_a_read_only_folder_is_explained(read_only_disk: Path) -> None:
    """The lock cannot be made: that is what is said."""
    with pytest.raises(TutorError, match="cannot be written"), run_lock(read_only_disk / "stack"):
        pytest.fail("the block must not run")


def test_a_run_after_another_needs_no_wait(tmp_path: Path) -> None:
    """The lock is free with the end of the block."""
    with run_lock(tmp_path):
        pass

    with run_lock(tmp_path):
        pass
