"""The bench of an experiment: what it does beside what is being watched."""

import threading

import pytest

from tutor.lab import Lab


@pytest.fixture
def lab() -> Lab:
    """A lab without any shop."""
    return object.__new__(Lab)


def test_both_are_through_when_the_block_ends(lab: Lab) -> None:
    """The work begins with the block and need not end with it."""
    began, may_end, did = threading.Event(), threading.Event(), []

    def work() -> None:
        began.set()
        may_end.wait(10)
        did.append("work")

    with lab.meanwhile(work):
        assert began.wait(10)
        did.append("block")
        may_end.set()

    assert did == ["block", "work"]


def test_work_that_fails_is_not_forgotten(lab: Lab) -> None:
    """It is told where it is waited for."""
    with pytest.raises(ValueError, match="beside"), lab.meanwhile(lambda: _fail("beside")):
        pass


def test_what_failed_in_the_block_comes_first(lab: Lab) -> None:
    """The block is about the shop under test."""
    with pytest.raises(ValueError, match="block"), lab.meanwhile(lambda: _fail("beside")):
        _fail("block")


def _fail(what: str) -> None:
    raise ValueError(what)
