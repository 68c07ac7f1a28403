"""The replicas of a shop, whose switches are thrown together."""

import pytest

from tutor.curriculum import load_levels
from tutor.lab.fake import FakeLab, Page
from tutor.lab.instruments import standbys as instrument


@pytest.fixture
def lab() -> FakeLab:
    """A lab whose shop has two replicas."""
    lab = FakeLab(load_levels()[0])
    lab.shop.replicas = ("replica", "replica-2")
    return lab


@pytest.mark.parametrize("switch", ["paused", "down", "silent"])
def test_a_switch_is_thrown_everywhere_for_a_block(lab: FakeLab, switch: str) -> None:
    """Afterwards each runs again."""
    with getattr(lab.standbys(), switch)():
        during = [lab.standby(title).state for title in lab.shop.replicas]

    assert during == [switch, switch]
    assert [lab.standby(title).state for title in lab.shop.replicas] == ["follows", "follows"]


def test_what_each_is_asked_counts_as_one(lab: FakeLab) -> None:
    """Every replica counts what the page costs."""
    lab.shop.show("/", Page("shelf", reads=["SELECT 1", "SELECT 2"]))

    with lab.standbys().counting() as asked:
        lab.shop.page("/")

    assert asked.count == 4


@pytest.mark.parametrize(("passed", "within"), [(0.0, 3), (4.9, 3), (5.1, 2), (10.1, 1)])
def test_the_one_that_is_tried_most_is_told_and_time_allows_more(
    lab: FakeLab, monkeypatch: pytest.MonkeyPatch, passed: float, within: int
) -> None:
    """One more in five seconds; on a crowded machine there are more of these."""
    now = [100.0]
    monkeypatch.setattr(instrument.time, "monotonic", lambda: now[0])
    lab.standby("replica").hole.tries = 1
    lab.standby("replica-2").hole.tries = 3

    with lab.standbys().silent() as silence:
        now[0] += passed
        assert (silence.tries, silence.tries_within(5.0)) == (3, within)
