"""Processes are had stand still, and go on, whatever becomes of them meanwhile."""

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from tests.helpers import runs, wait_until
from tutor.machine.processes import send_signal, standing_still, stands_still

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
