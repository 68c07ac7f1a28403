"""Who left their server, and who was only seen at a bad moment."""

from collections.abc import Sequence

import pytest

from tutor.lab.instruments.strays import APART, OFTEN, Strays


class Seen:
    """A shop of which each look finds other processes outside."""

    def __init__(self, looks: Sequence[list[int]]) -> None:
        self.looks = iter(looks)

    def strays(self) -> list[int]:
        """Return who is outside at this look."""
        return next(self.looks)


@pytest.mark.parametrize(
    ("looks", "every", "count"),
    [
        ([[], [7], []], 1.0, 0),
        ([[7], [7]], APART / 2, 0),
        ([[7], [], [7]], APART, 1),
        ([[7, 8], [8, 9]], APART, 1),
        ([[n] for n in range(OFTEN - 1)], APART, 0),
        ([[n] for n in range(OFTEN)], APART, OFTEN),
        ([[n] for n in range(2 * OFTEN)], APART / 10, 0),
    ],
    ids=[
        "one look accuses nobody",
        "two at the same moment are one",
        "who is there again a while later left",
        "only those who were seen twice",
        "others each time may be accidents",
        "others each time, too often",
        "many at about the same moment are one accident",
    ],
)
def test_a_stray_is_seen_twice(looks: list[list[int]], every: float, count: int) -> None:
    """Some time apart, or again and again."""
    moments = iter(number * every for number in range(len(looks)))
    strays = Strays(Seen(looks), now=lambda: next(moments))

    for _ in looks:
        strays.look()

    assert strays.count == count
