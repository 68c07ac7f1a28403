"""One run at a time in one workspace."""

import subprocess
import sys
from pathlib import Path

import pytest

from tutor.base.errors import TutorError
from tutor.run.runlock import RunUnderWay, run_lock

HOLD = """
import sys
from pathlib import Path
from tutor.run.runlock import run_lock
with run_lock(Path(sys.argv[1])):
    print("running", flush=True)
    sys.stdin.read()
"""


def other_run(folder: Path) -> subprocess.Popen[bytes]:
    """Return a process in the middle of a run."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"running\n"
    return process


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
