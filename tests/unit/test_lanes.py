"""A race is told lap by lap, and what is broken off has no result."""

import pytest

from tutor.base.errors import Cancelled
from tutor.events import Event, LapFinished, RaceFinished, RaceStarted
from tutor.lab.instruments.lanes import Lanes
from tutor.probes.race import race


def test_every_lap_that_counts_is_told_in_turns() -> None:
    """Warm-up laps are run and not told; the medians stand at the end."""
    told: list[Event] = []
    times = iter([9.0, 9.0, 0.4, 0.1, 0.6, 0.3, 0.5, 0.2])

    with Lanes(told.append, "time_ratio", ("broken", "mine"), 3) as lanes:
        race(lambda: next(times), lambda: next(times), rounds=3, told=lanes.lap)

    assert told == [
        RaceStarted("time_ratio", ("broken", "mine"), 3),
        LapFinished(0, 1, 400.0),
        LapFinished(1, 1, 100.0),
        LapFinished(0, 2, 600.0),
        LapFinished(1, 2, 300.0),
        LapFinished(0, 3, 500.0),
        LapFinished(1, 3, 200.0),
        RaceFinished("time_ratio", (500.0, 200.0)),
    ]


def test_a_race_that_is_broken_off_has_no_result() -> None:
    """Who stops it in the middle is told of no winner."""
    told: list[Event] = []

    def break_off() -> None:
        with Lanes(told.append, "time_ratio", ("broken", "mine"), 1) as lanes:
            lanes.lap(0, 0.1)
            lanes.lap(1, 0.1)
            raise Cancelled

    with pytest.raises(Cancelled):
        break_off()

    assert isinstance(told[-1], LapFinished)
