"""Workers are killed at a moment for which they can answer."""

import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import psutil
import pytest

from tests.helpers import runs, wait_until
from tutor.base.cancel import Cancel
from tutor.base.errors import Cancelled
from tutor.lab.instruments.orders import Orders
from tutor.machine.processes import stands_still


@pytest.fixture
def child() -> Iterator[psutil.Process]:
    """A child of a worker."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield psutil.Process(process.pid)
        process.kill()


class Workers(Orders):
    """Workers with one *child*, on the way at two looks; at one of them an end is asked for."""

    def __init__(self, child: psutil.Process, end_at: int, cancel: Cancel) -> None:
        self.broker = cast("Any", SimpleNamespace(hold=lambda seconds: None))
        self.shop = cast("Any", SimpleNamespace(kill=self._note, cancel=cancel, pid=lambda _: 0))
        self.end_at = end_at
        self.stood: list[bool] = []
        self.stands_at_kill = False
        self._child = child

    @property
    def workers(self) -> list[str]:
        """Their titles."""
        return ["worker"]

    def children(self) -> list[psutil.Process]:
        """Return the one, which was let go between two looks."""
        assert wait_until(lambda: not stands_still([self._child.pid]))
        return [self._child]

    def _on_the_way(self, hands: list[psutil.Process]) -> bool:
        self.stood.append(wait_until(lambda: stands_still([hands[0].pid])))
        if len(self.stood) == self.end_at:
            self.shop.cancel.set()
        return len(self.stood) < 3

    def _note(self, title: str) -> None:
        self.stands_at_kill = stands_still([self._child.pid])


def test_workers_are_killed_while_nobody_is_on_the_way(child: psutil.Process) -> None:
    """They stand still at each look; who was not killed goes on."""
    workers = Workers(child, 0, Cancel())
    workers.kill_workers()

    assert workers.stood == [True] * 3
    assert workers.stands_at_kill
    assert wait_until(lambda: not stands_still([child.pid]))


def test_an_end_that_is_asked_for_leaves_nobody_standing(child: psutil.Process) -> None:
    """Nobody was killed then."""
    workers = Workers(child, 1, Cancel())
    with pytest.raises(Cancelled):
        workers.kill_workers()

    assert not workers.stands_at_kill
    assert wait_until(lambda: not stands_still([child.pid]))
    assert runs(child.pid)


@pytest.mark.parametrize(
    ("said", "handed"),
    [("visible again after 20.0\n", 3), ("visible again after 604800.0\n", 0), ("", 3)],
)
def test_only_what_the_broker_hands_back_within_the_hour_comes_back(said: str, handed: int) -> None:
    """A shop that has it wait for a week has lost what the dead had taken; who is silent has not."""
    stack = SimpleNamespace(tail=lambda name: said)
    site = SimpleNamespace(
        run_code=lambda code, cancel: None,
        ground=SimpleNamespace(stack=stack),
        folder=SimpleNamespace(name="mine"),
    )
    orders = Orders.__new__(Orders)
    orders.shop = cast("Any", SimpleNamespace(site=site, cancel=Cancel()))
    orders.broker = cast("Any", SimpleNamespace(hand_back=lambda later: 3))

    assert orders.hand_back() == handed
