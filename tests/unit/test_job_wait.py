"""A job is lost when nobody does anything any more, not when a clock has run down."""

import pytest

from tutor.lab.instruments import job_wait as module
from tutor.lab.instruments.job_wait import HELD_UP, LIMIT, LONGEST, PATIENCE, JobWait


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which waits are measured."""
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def seconds_until_over(wait: JobWait, clock: Clock, *, left: int = 0, taken: int = 0) -> float:
    """Look ten times a second, with nothing new, until it is over."""
    began = clock.now
    while not wait.is_over(None, left=left, taken=taken):
        clock.now += 0.1
    return clock.now - began


def test_what_nobody_works_at_is_lost_soon(clock: Clock) -> None:
    """No message is left and nobody does anything: nothing can come any more."""
    waited = seconds_until_over(JobWait(lambda: True), clock)

    assert waited == pytest.approx(PATIENCE, abs=0.3)


def test_whoever_works_is_waited_for(clock: Clock) -> None:
    """A busy machine makes jobs late: only a worker that never ends is given up."""
    waited = seconds_until_over(JobWait(lambda: False), clock)

    assert waited == pytest.approx(LONGEST, abs=1)


def test_a_message_that_a_worker_keeps_may_come_later(clock: Clock) -> None:
    """It may be a retry whose time has not come."""
    waited = seconds_until_over(JobWait(lambda: True), clock, left=1, taken=1)

    assert waited == pytest.approx(LONGEST, abs=0.3)


def test_time_in_which_we_did_not_run_does_not_count(clock: Clock) -> None:
    """Where the whole machine stood still, so did the workers."""
    wait = JobWait(lambda: True)
    assert not wait.is_over(None, left=0)

    clock.now += 10 * PATIENCE

    assert 10 * PATIENCE > HELD_UP
    assert not wait.is_over(None, left=0)
    assert seconds_until_over(wait, clock) == pytest.approx(PATIENCE, abs=0.3)


def test_what_goes_on_and_on_cannot_be_told(clock: Clock) -> None:
    """Jobs are done all the time, and there is no end to it."""
    wait = JobWait(lambda: False)
    began, done = clock.now, 0
    while not wait.is_over(done, left=1):
        clock.now += 0.5
        done += 1

    assert wait.ran_out
    assert clock.now - began == pytest.approx(LIMIT, abs=1)
