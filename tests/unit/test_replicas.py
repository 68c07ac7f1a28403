"""A replica that does not do as it is told: nobody waits for it for ever, or against their will."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tutor.base.cancel import Cancel
from tutor.base.errors import Cancelled, TutorError
from tutor.lab.instruments import standby as instrument
from tutor.lab.instruments.standby import Standby
from tutor.stack.replicas import Replicas


class Deaf:
    """A server that always says the same, and when it was asked often enough, *asked* is told."""

    title = "replica"

    def __init__(self, says: tuple[Any, ...], asked: Callable[[], None] = lambda: None) -> None:
        self.says = says
        self.asked = asked
        self.questions: list[str] = []

    def connect(self, database: str) -> "Deaf":
        """Return itself, as a connection."""
        return self

    def execute(self, query: str, params: object = None) -> "Deaf":
        """Note the question."""
        self.questions.append(query)
        if len(self.questions) == 3:
            self.asked()
        return self

    def fetchone(self) -> tuple[Any, ...]:
        """Return what it always says."""
        return self.says

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the same as the only row."""
        return [self.says]

    def close(self) -> None:
        """Hang up."""


def replicas_of(primary: Deaf) -> Replicas:
    """Return the replicas of a stack in which nothing stands still."""
    stack = SimpleNamespace(pids=lambda name: [])
    return Replicas(cast("Any", stack), cast("Any", primary))


@pytest.mark.parametrize(
    ("says", "wait"),
    [
        ((False, False), lambda those, one, cancel: those.catch_up(one, cancel)),
        ((True, False, False), lambda those, one, cancel: those._mend(one, cancel)),
    ],
    ids=["catching up", "mending"],
)
def test_who_waits_for_a_replica_can_be_told_to_stop(
    says: tuple[Any, ...], wait: Callable[[Replicas, Any, Cancel], object]
) -> None:
    """It never comes so far, and the run is ended."""
    cancel = Cancel()
    behind = Deaf(says, cancel.set)

    with pytest.raises(Cancelled):
        wait(replicas_of(Deaf(("0/0",))), behind, cancel)

    assert len(behind.questions) == 3


def test_a_replica_that_does_not_pause_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is our fault, and it is let go again."""
    monkeypatch.setattr(instrument, "PAUSING", 0.01)
    stubborn = Deaf(("pause requested",))
    ground = SimpleNamespace(
        stack=SimpleNamespace(is_running=lambda title: True),
        replicas=SimpleNamespace(hold=lambda cancel: None, catch_up=lambda *told: None),
    )
    shop = SimpleNamespace(ground=ground, sql=lambda query, params: [("0/0",)])
    standby = Standby(cast("Any", SimpleNamespace(cancel=Cancel())), cast("Any", shop), "replica")
    standby._known = cast("Any", stubborn)

    with pytest.raises(TutorError, match="replica was told to wait"), standby.paused():
        pytest.fail("the block must not run")

    assert "pg_wal_replay_resume()" in stubborn.questions[-1]
