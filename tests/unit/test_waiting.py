"""Waiting for a condition: how often it is looked at, and when for the last time."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tutor.lab import waiting


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock, which only goes on where somebody says so."""
    now = [100.0]
    monkeypatch.setattr(waiting.time, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("holds_from", "takes", "timeout", "looks", "held"),
    [
        (0.0, 0.0, 2.0, [0.0], True),
        (1.0, 0.0, 2.0, [0.0, 0.5, 1.0], True),
        (9.0, 0.0, 1.0, [0.0, 0.5, 1.0], False),
        # It was right when the time was up; the look from before that had taken too long.
        (1.5, 3.0, 2.0, [0.0, 3.5], True),
        (9.0, 3.0, 2.0, [0.0, 3.5], False),
        (9.0, 0.0, 0.0, [0.0], False),
    ],
)
def test_the_last_look_begins_when_the_time_is_up(
    now: list[float],
    holds_from: float,
    takes: float,
    timeout: float,
    looks: list[float],
    held: bool,
) -> None:
    """However long each look *takes*."""
    waits = waiting.Waiting()
    waits.cancel = cast("Any", SimpleNamespace(wait=lambda s: now.__setitem__(0, now[0] + s)))
    seen = []

    def condition() -> bool:
        seen.append(began := now[0] - 100.0)
        now[0] += takes
        return began >= holds_from

    assert waits.wait_until(condition, timeout=timeout, every=0.5) is held
    assert seen == looks
