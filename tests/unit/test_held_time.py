"""What holds a command up is none of its time."""

import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tutor.base.cancel import Cancel
from tutor.lab.instruments.release.held_time import HeldTime
from tutor.machine.command import Command
from tutor.machine.status import ServiceStatus
from tutor.stack.stack import ServiceFailed, Stack


class Slow(Stack):
    """A stack whose commands end once they were looked at so many times."""

    def __init__(self, folder: Path, looks: int) -> None:
        super().__init__(folder)
        self.looks = looks
        self.stopped = False

    def _launch(self, command: Command) -> None:
        """Start nothing."""

    def _client_of(self, name: str) -> Any:
        return SimpleNamespace(wait=self._wait)

    def _wait(self, name: str, timeout: float) -> ServiceStatus:
        self.looks -= 1
        return ServiceStatus(running=self.looks > 0, code=0)

    def stop(self, name: str, *, grace: float = 5.0) -> None:
        """Note it."""
        self.stopped = True


def run(stack: Slow, held: Callable[[], float], look: Callable[[], Any] = lambda: None) -> None:
    """Run a command that has no time at all."""
    command = Command("migrate", (), stack.folder, {}, stack.folder / "log")
    stack.run(command, Cancel(), timeout=-1, held=held, look=look)


def test_a_command_that_is_held_up_has_as_much_time_more(tmp_path: Path) -> None:
    """However long that takes."""
    stack = Slow(tmp_path, looks=3)

    run(stack, held=lambda: 100.0)

    assert stack.looks == 0


def test_a_command_whose_time_is_over_is_looked_at_while_it_runs(tmp_path: Path) -> None:
    """What was seen goes with the failure."""
    stack = Slow(tmp_path, looks=3)

    with pytest.raises(ServiceFailed) as caught:
        run(stack, held=lambda: 0.0, look=lambda: "stopped" if stack.stopped else "runs")

    assert caught.value.late == "runs"
    assert stack.stopped


def test_the_block_that_is_not_over_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a long one would end what it holds up."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    held = HeldTime()

    with held:
        now[0] += 3
        within = held.seconds()
    now[0] += 50
    with held:
        now[0] += 4

    assert (within, held.seconds()) == (3.0, 7.0)
