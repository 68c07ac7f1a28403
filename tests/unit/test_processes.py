"""Processes are had stand still, and go on, whatever becomes of them meanwhile."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.helpers import runs, wait_until
from tutor.machine import processes
from tutor.machine.processes import children_of, send_signal, standing_still, stands_still

ENDED = 2**22 + 1
"""A number that no process has."""


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield process
        process.kill()


def test_a_process_stands_still_for_a_block(sleeper: subprocess.Popen[bytes]) -> None:
    """Also where the block fails, and where another one has gone."""
    stood = []

    def fail() -> None:
        stood.append(wait_until(lambda: stands_still([sleeper.pid])))
        raise ValueError("block")

    with pytest.raises(ValueError, match="block"), standing_still([ENDED, sleeper.pid]):
        fail()

    assert wait_until(lambda: not stands_still([sleeper.pid]))
    assert stood == [True]
    assert runs(sleeper.pid)


def test_one_that_goes_on_is_not_taken_for_standing_still(
    sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is judged meanwhile would be judged wrongly."""

    def refuse(process: psutil.Process) -> None:
        raise psutil.AccessDenied(process.pid)

    monkeypatch.setattr(psutil.Process, "suspend", refuse)
    with pytest.raises(psutil.AccessDenied), standing_still([sleeper.pid]):
        pytest.fail("the block must not run")


def test_one_that_ended_meanwhile_is_not_missed(sleeper: subprocess.Popen[bytes]) -> None:
    """Whoever stands still hears no signal but one."""
    with standing_still([sleeper.pid]):
        send_signal([ENDED, sleeper.pid], 9)
        sleeper.wait(20)

    assert not psutil.pid_exists(sleeper.pid)


@pytest.mark.parametrize("lists", [True, False], ids=["lists", "a look at all"])
def test_children_and_theirs_are_found(monkeypatch: pytest.MonkeyPatch, lists: bool) -> None:
    """Whether the kernel lists them or not; who has gone has none."""
    monkeypatch.setattr(processes, "_lists_children", lambda: lists and Path("/proc").exists())
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    argv = [sys.executable, "-c", code]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, start_new_session=True) as parent:
        try:
            assert wait_until(lambda: len(children_of(parent.pid)) == 1)
            (child,) = children_of(parent.pid, recursive=False)
            found = children_of(os.getpid())
        finally:
            os.killpg(parent.pid, 9)

    assert {parent.pid, child} <= set(found)
    assert children_of(ENDED) == []
    assert child not in children_of(os.getpid(), recursive=False)


def test_a_list_is_read_until_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody ended meanwhile, others may be missing from it."""
    reads = iter([[1], [1, 2, 3], [1, 3], [1, 3]])
    monkeypatch.setattr(processes, "_lists_children", lambda: True)
    monkeypatch.setattr(processes, "_read_children", lambda pid: next(reads))

    assert children_of(7, recursive=False) == [1, 3]
