"""A moment that a shop wrote into what it keeps is moved, and nothing else of it."""

import pickle
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tutor.probes.moments import earlier

NOW = 1_796_000_000.25


@pytest.mark.parametrize(
    ("moment", "moved"),
    [
        (NOW + 60, NOW),
        (1_796_000_060, 1_796_000_000),
        (1_796_000_060_000, 1_796_000_000_000),
        (1_796_000_060_000_000_000, 1_796_000_000_000_000_000),
        (datetime.fromtimestamp(NOW, UTC), datetime.fromtimestamp(NOW, UTC) - timedelta(minutes=1)),
        (datetime(2026, 11, 30, 5, 0, 1), datetime(2026, 11, 30, 4, 59, 1)),  # noqa: DTZ001
    ],
)
@pytest.mark.parametrize("protocol", [4, 5])
def test_a_moment_in_a_pickle_is_moved(moment: object, moved: object, protocol: int) -> None:
    """Whatever it counts in, however deep it lies; the prices, keys and texts beside it stay."""
    beside = [
        {"price": Decimal("19.90"), "pk": 1796, "name": "x" * 300, "ratio": 0.5, "raw": b"0" * 10}
    ]
    kept = pickle.dumps({"shelf": beside, "due": (moment,)}, protocol)

    found = pickle.loads(earlier(kept, 60, NOW))

    assert found == {"shelf": beside, "due": (moved,)}


@pytest.mark.parametrize(
    ("kept", "moved"),
    [
        (b"1796000060", b"1796000000"),
        (b"1796000060.5", b"1796000000.5"),
        (b"42", b"42"),
        (b"1000000000", b"1000000000"),
        (b"9796000060", b"9796000060"),
        (b"until 1796000060", b"until 1796000060"),
        (b"", b""),
        (b"\x80\x05]\x94(K", b"\x80\x05]\x94(K"),
    ],
)
def test_what_is_no_pickle_is_a_number_or_left_alone(kept: bytes, moved: bytes) -> None:
    """A whole number is kept as text; one far from now counts something else."""
    assert earlier(kept, 60, NOW) == moved


def test_it_can_be_taken_back() -> None:
    """To the bit."""
    kept = pickle.dumps(("generation", NOW + 60, 1_796_000_060))

    assert earlier(earlier(kept, 60, NOW), -60, NOW) == kept
